/**
 * Checks and unpacks Python wheels, which are zip files, without holding one in memory.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise } from "yauzl";

/** Called with the number of bytes that were just worked through. */
export type OnBytes = (bytes: number) => void;

/** A downloaded file that is not the one it should be. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256OfFile(file: string, onBytes: OnBytes = () => {}): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest("hex");
}

/**
 * Refuses a checksum that is not the expected one.
 *
 * @throws {ChecksumError} naming the file and both checksums.
 */
export function assertChecksum(file: string, actual: string, expected: string): void {
  if (actual === expected) return;
  throw new ChecksumError(
    `Cannot use ${file} as its SHA-256 must be ${expected}: current value is ${actual}. ` +
      "The file is damaged or is not the one this version was tested with",
  );
}

/**
 * Unpacks a wheel's files whose path matches `contents` under `folder`, paths and execute permission kept.
 *
 * @returns SHA-256 of each file by its path in the wheel.
 */
export async function unpackWheel(
  wheel: string,
  contents: RegExp,
  folder: string,
  onBytes: OnBytes = () => {},
): Promise<Map<string, string>> {
  const checksums = new Map<string, string>();
  const zip = await openPromise(wheel, { lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!contents.test(entry.fileName)) continue;
      const target = join(folder, entry.fileName), hash = createHash("sha256");
      await mkdir(dirname(target), { recursive: true });
      const tap = new Transform({
        transform(chunk, _encoding, done) {
          hash.update(chunk);
          onBytes(chunk.length);
          done(null, chunk);
        },
      });
      const output = createWriteStream(target, { mode: isExecutable(entry) ? 0o755 : 0o644 });
      await pipeline(await zip.openReadStreamPromise(entry), tap, output);
      checksums.set(entry.fileName, hash.digest("hex"));
    }
  } finally {
    zip.close();
  }
  return checksums;
}

/** The upper half of a zip entry's attributes is the file's Unix mode. */
function isExecutable({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o111) !== 0;
}
