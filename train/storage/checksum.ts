/**
 * A checksum within a safetensors file, so that a bit that tipped over on a disk does not go into a network unseen.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Safetensors, SafetensorsError } from "./safetensors.ts";

const key = "checksum";

/** SHA-256, in hex, over the names and bytes of all tensors and over all other metadata, each in the order of their names. */
export function checksumOf({ tensors, metadata }: Safetensors): string {
  const hash = createHash("sha256");
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => a < b ? -1 : 1;
  for (const [name, { dtype, shape, data }] of [...tensors].sort(byName)) {
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const others = Object.entries(metadata).filter(([name]) => name !== key);
  return hash.update(JSON.stringify(others.sort(byName))).digest("hex");
}

/** The metadata with a checksum over them and the tensors. */
export function withChecksum(content: Safetensors): Record<string, string> {
  return { ...content.metadata, [key]: checksumOf(content) };
}

/**
 * Makes sure that a file holds what was written. A file without a checksum, as other programs write it, passes.
 *
 * @throws {SafetensorsError} when the checksum is that of another content.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bias = { dtype: "F32", shape: [1], data: Float32Array.of(0.5) } as const;
 * const tensors = new Map([["bias", bias]]), metadata = withChecksum({ tensors, metadata: { epoch: "3" } });
 * assertChecksum({ tensors, metadata });
 * bias.data[0] = 0.25;
 * assert.throws(() => assertChecksum({ tensors, metadata }), /checksum does not fit/);
 * ```
 */
export function assertChecksum(content: Safetensors): void {
  const expected = content.metadata[key];
  if (expected === undefined || expected === checksumOf(content)) return;
  throw new SafetensorsError("its checksum does not fit its content");
}
