/**
 * Files on their way through the object store, which cuts them into pieces that fit NATS's messages of 1 MB.
 *
 * @module
 */
import type { ObjectStore } from "@nats-io/obj";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { explainFullStore, isFullStore } from "./full_store.ts";
import { decodeMessage, encodeMessage, type InputFile, type OutputFile } from "./protocol.ts";

/**
 * The files that a payload names, sorted: every absolute path in it, and of a folder that is a model's, the model.
 */
export async function filesIn(payload: unknown): Promise<string[]> {
  const files = new Set<string>();
  for (const path of pathsIn(payload)) {
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile()) files.add(path);
    if (!status?.isDirectory()) continue;
    const model = ["card.json", "model.onnx"].map((name) => join(path, name));
    const there = await Promise.all(model.map((file) => stat(file).catch(() => undefined)));
    if (there.every((file) => file)) model.forEach((file) => files.add(file));
  }
  return [...files].sort();
}

/** Every absolute path in a value. */
export function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("/") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(pathsIn);
}

/** A text that is another one when the file was changed or replaced. */
export async function fileVersion(path: string): Promise<string> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return createHash("sha256").update(`${path}\0${size}\0${mtimeNs}`).digest("hex").slice(0, 32);
}

async function putObject(store: ObjectStore, object: string, bytes: Uint8Array): Promise<void> {
  await store.putBlob({ name: object }, bytes).catch(explainFullStore);
}

/** Takes a file out of the store, unless this is so full that there is no room to say so: it goes with the next run. */
export async function removeObject(store: ObjectStore, object: string): Promise<void> {
  await store.delete(object).catch((error) => {
    if (!isFullStore(error)) throw error;
  });
}

/** Puts a file into the store, unless it is there. */
export async function uploadInput(
  store: ObjectStore,
  run: string,
  path: string,
): Promise<InputFile> {
  const object = `${run}/in/${await fileVersion(path)}`;
  // Of what an earlier run removed, the store still knows that it was there.
  const known = await store.info(object);
  if (!known || known.deleted) await putObject(store, object, await readFile(path));
  return { path, object };
}

/** Where a file of the coordinator's lies in a worker's folder; never outside of it, whatever a message says. */
export function localPath(folder: string, path: string): string {
  return join(folder, resolve("/", path));
}

/** Fetches files into a folder, each at its own path within it; those that are there stay. */
export async function downloadInputs(
  store: ObjectStore,
  inputs: readonly InputFile[],
  folder: string,
): Promise<void> {
  for (const { path, object } of inputs) {
    const target = localPath(folder, path);
    if (await stat(target).catch(() => undefined)) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await fetchObject(store, object));
  }
}

/** Puts every file in a folder into the store, under names that no other attempt has. */
export async function uploadOutputs(
  store: ObjectStore,
  run: string,
  folder: string,
): Promise<OutputFile[]> {
  const attempt = crypto.randomUUID(), outputs: OutputFile[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/"),
      object = `${run}/out/${attempt}/${name}`;
    await putObject(store, object, await readFile(path));
    outputs.push({ name, object });
  }
  return outputs;
}

/** What fits a message of NATS with all that is around it, whose limit is 1 MB. */
const mostBytes = 512 * 1024;

/** An answer that fits a message: what is too large for one goes through the store. */
export async function fittingAnswer(
  store: ObjectStore,
  run: string,
  value: unknown,
): Promise<{ value: unknown } | { object: string }> {
  const bytes = encodeMessage(value);
  if (bytes.length <= mostBytes) return { value };
  const object = `${run}/value/${crypto.randomUUID()}`;
  await putObject(store, object, bytes);
  return { object };
}

/** The value of an answer, wherever it is. */
export async function valueOf(
  store: ObjectStore,
  answer: { value: unknown } | { object: string },
): Promise<unknown> {
  return "value" in answer ? answer.value : decodeMessage(await fetchObject(store, answer.object));
}

/** Fetches what came out into a folder. */
export async function downloadOutputs(
  store: ObjectStore,
  outputs: readonly OutputFile[],
  folder: string,
): Promise<void> {
  for (const { name, object } of outputs) {
    const target = localPath(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeWholeFile(target, await fetchObject(store, object));
  }
}

async function fetchObject(store: ObjectStore, object: string): Promise<Uint8Array> {
  const bytes = await store.getBlob(object);
  if (!bytes) throw new Error(`Cannot fetch a file as the object store must hold it: ${object}`);
  return bytes;
}

/**
 * A payload in which every path of an input, or of a folder with inputs in it, is that of the worker's copy.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const payload = { id: "P1", files: ["/data/P1/a.nii"], folder: "/data/P1", threshold: 0.5 };
 * assert.deepEqual(withLocalPaths(payload, ["/data/P1/a.nii"], "/tmp/w"), {
 *   id: "P1",
 *   files: ["/tmp/w/data/P1/a.nii"],
 *   folder: "/tmp/w/data/P1",
 *   threshold: 0.5,
 * });
 * ```
 */
export function withLocalPaths(
  payload: unknown,
  paths: readonly string[],
  folder: string,
): unknown {
  const known = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const change = (value: unknown): unknown => {
    if (typeof value === "string") return known.has(value) ? localPath(folder, value) : value;
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
  };
  return change(payload);
}

function foldersOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersOf(parent)];
}
