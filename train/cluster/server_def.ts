/**
 * The description of a cluster that TensorFlow starts its gRPC server from.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/protobuf/tensorflow_server.proto
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/protobuf/cluster.proto
 * @module
 */
import { type Address, formatAddress } from "./address.ts";

/** Every process is a task of this one job. */
const job = "worker";

type Bytes = readonly number[];

/** A protobuf base-128 number. */
function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function integerField(field: number, value: number): Bytes {
  return [...varint(field << 3), ...varint(value)];
}

/** A field of text or of a message. */
function field(field: number, content: string | Bytes): Bytes {
  const bytes = typeof content === "string" ? [...new TextEncoder().encode(content)] : content;
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}

/**
 * A serialised `tensorflow.ServerDef` with the addresses of all TensorFlow servers, in the order of their ranks.
 * Task 0 leads the collective ops: it tells the others who takes part in which.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const bytes = serverDef([{ host: "node0", port: 4000 }], 0);
 * assert.ok(new TextDecoder().decode(bytes).includes("node0:4000"));
 * ```
 */
export function serverDef(servers: readonly Address[], rank: number): Uint8Array<ArrayBuffer> {
  const tasks = servers.flatMap((address, index) =>
    field(2, [...integerField(1, index), ...field(2, formatAddress(address))])
  );
  const cluster = field(1, [...field(1, job), ...tasks]);
  const leader = field(1, `/job:${job}/replica:0/task:0`);
  const experimental = field(16, leader);
  return Uint8Array.from([
    ...field(1, cluster),
    ...field(2, job),
    ...integerField(3, rank),
    ...field(4, experimental),
    ...field(5, "grpc"),
  ]);
}
