/**
 * Decoded patients kept on disk, so that the second training on a data set starts at once. The cache can be
 * deleted at any time; whatever is wrong with it costs time and nothing else.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import process from "node:process";
import { DatasetError, type Patient, type ReadDatasetOptions, readPatient } from "./dataset.ts";
import { listPatients, type PatientFiles } from "./patient_files.ts";
import { removeAbandoned, writeWholeFile } from "../storage/write_whole_file.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { decodeVolumeFile, encodeVolumeFile } from "./volume_file.ts";

/** Settings of {@linkcode readDatasetCached}. */
export interface CachedReadOptions extends ReadDatasetOptions {
  /** Where the cache lies; false for none. @default {cacheFolder()} */
  readonly cache?: string | false;
  /** Hears, at most once, that the cache cannot be written. @default {console.warn} */
  readonly onWarning?: (message: string) => void;
}

/**
 * Where the cache lies when nobody says otherwise: `gliomap` in `$XDG_CACHE_HOME`, or in `~/.cache`. A
 * relative `$XDG_CACHE_HOME` does not count, as the XDG base directory specification has it.
 */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "gliomap");
}

/**
 * Reads all patients of a data set, as `readDataset` of `dataset.ts` does; those whose files have not changed since
 * they were last read come from the cache. With a cache, patients' pixels are in shared memory, and what killed processes
 * left half written there is removed.
 *
 * @throws {DatasetError} with everything that is wrong with the data set.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const patients = await readDatasetCached("train/sample", { cache: false });
 * assert.equal(patients.length, 4);
 * ```
 */
export async function readDatasetCached(
  folder: string,
  { cache = cacheFolder(), onWarning = console.warn, onPatient }: CachedReadOptions = {},
): Promise<Patient[]> {
  const { found, problems } = await listPatients(folder);
  if (cache !== false) await removeAbandoned(cache).catch(() => {}); // none yet, or none to write to
  const read = cache === false ? readPatient : cachedReader(cache, onWarning);
  const patients: Patient[] = [];
  for (const [index, files] of found.entries()) {
    try {
      patients.push(await read(files));
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      problems.push(...error.problems);
    }
    onPatient?.(index + 1, found.length);
  }
  if (problems.length) throw new DatasetError(folder, problems);
  return patients;
}

/** Reads patients from the cache, and leaves there what it had to decode. */
function cachedReader(cache: string, onWarning: (message: string) => void) {
  let writable = true;

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    if (!writable) return;
    try {
      // Images of patients are nobody else's business.
      await mkdir(cache, { recursive: true, mode: 0o700 });
      await writeWholeFile(path, bytes);
    } catch (error) {
      writable = false;
      onWarning(
        `Cannot write the cache of decoded patients, so the next start takes as long as this one: ` +
          (error as Error).message,
      );
    }
  }

  return async function readCached(files: PatientFiles): Promise<Patient> {
    const fingerprint = await fingerprintOf(files).catch(() => undefined);
    // A file that cannot even be looked at is for the reader to complain about.
    if (!fingerprint) return await readPatient(files);
    const path = join(cache, cacheFileName(files));
    const kept = await readShared(path);
    const cached = kept && decodeVolumeFile(kept, fingerprint);
    if (cached) return cached;
    const bytes = encodeVolumeFile(await readPatient(files), fingerprint);
    await write(path, bytes);
    return decodeVolumeFile(bytes, fingerprint)!;
  };
}

/** Two data sets may hold a patient of the same name, so the folder's path is in the file's. */
function cacheFileName({ id, folder }: PatientFiles): string {
  const place = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16);
  return `${id.slice(0, 100)}-${place}.volume`;
}

/** A file's bytes in shared memory; nothing when it cannot be read. */
async function readShared(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(new SharedArrayBuffer(size));
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
        if (bytesRead === 0) return undefined;
        filled += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
