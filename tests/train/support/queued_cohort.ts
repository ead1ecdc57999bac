/** A cohort in a queue, the commands that work on it, and what is looked at. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openQueue } from "../../../train/queue/connection.ts";
import {
  decodeMessage,
  resultStream,
  resultSubject,
  type TaskMessage,
  taskStream,
  taskSubject,
  type WorkerMessage,
  workerSubject,
} from "../../../train/queue/protocol.ts";
import { type CommandProcess, startCommand } from "./command_process.ts";
import { root } from "./run_command.ts";
import { copySlices } from "./sample_copy.ts";

export const model = join(root, "edge/models/reference");
export const patients = [
  "TCGA_CS_4943_20000902",
  "TCGA_DU_5855_19951217",
  "TCGA_FG_6692_20020606",
  "TCGA_HT_7602_19951103",
];

/** Four patients of a few slices each. */
export async function cohort(folder: string, slices = [9, 10, 11]): Promise<string> {
  const data = join(folder, "data");
  for (const patient of patients) await copySlices(data, patient, slices);
  return data;
}

export function startWorker(url: string, ...options: string[]): CommandProcess {
  return startCommand("worker", "--queue", url, "--cores", "1", ...options);
}

export function startSegment(url: string, out: string, ...inputs: string[]): CommandProcess {
  const options = ["--patience", "2", "--model", model, "--out", out];
  return startCommand("segment", "--queue", url, ...options, ...inputs);
}

/** What each patient's line says: who did it. */
export function reported(lines: readonly string[]): Map<string, string[]> {
  const found = lines.map((line) => /^(\S+): \d+ slices by (\S+) in/.exec(line))
    .filter((match) => match !== null);
  return Map.groupBy(found, ([, id]) => id) as unknown as Map<string, string[]>;
}

export function assertEachOnce(lines: readonly string[]): void {
  const all = reported(lines);
  assert.deepEqual([...all.keys()].sort(), patients);
  for (const [id, times] of all) assert.equal(times.length, 1, id);
}

export async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), (await readFile(path)).toString("base64")] as const;
    })),
  );
}

/** Nothing of any run is left on the server. */
export async function assertSwept(url: string): Promise<void> {
  const { connection, manager, store } = await openQueue(url);
  try {
    for (const name of [taskStream, resultStream]) {
      assert.equal((await manager.streams.info(name)).state.messages, 0, name);
    }
    assert.deepEqual(await store.list(), []);
  } finally {
    await connection.close();
  }
}

/** A worker that was stopped in the middle of a patient. */
export interface Stopped {
  readonly worker: CommandProcess;
  /** The patient that it has, and has no result of. */
  readonly patient: string;
}

/** Waits until one of the workers is in the middle of a patient, and stops it there. */
export async function stopBusy(url: string, workers: readonly CommandProcess[]): Promise<Stopped> {
  const { connection, manager } = await openQueue(url);
  try {
    for await (const message of connection.subscribe(workerSubject)) {
      const { worker: name, tasks } = decodeMessage<WorkerMessage>(message.data);
      const worker = workers.find(({ pid }) => name.endsWith(`-${pid}`));
      if (!worker || !tasks.length) continue;
      Deno.kill(worker.pid, "SIGSTOP");
      const [{ run, key }] = tasks;
      const result = await manager.streams.getMessage(resultStream, {
        last_by_subj: resultSubject(run, key),
      });
      const task = await manager.streams.getMessage(taskStream, {
        last_by_subj: taskSubject("*", run, key),
      });
      // It may have been done since it said so.
      if (task && !result) return { worker, patient: decodeMessage<TaskMessage>(task.data).id };
      Deno.kill(worker.pid, "SIGCONT");
    }
    throw new Error("The connection ended");
  } finally {
    await connection.close();
  }
}

/** Waits until a worker says that it lives. */
export async function heardOf(url: string, { pid }: CommandProcess): Promise<void> {
  const { connection } = await openQueue(url);
  for await (const { data } of connection.subscribe(workerSubject)) {
    if (decodeMessage<WorkerMessage>(data).worker.endsWith(`-${pid}`)) break;
  }
  await connection.close();
}
