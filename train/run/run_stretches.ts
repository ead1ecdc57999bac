/**
 * The stretches of a run: from which step on it was computed on what. A run that is resumed elsewhere has more than one.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { firstStep, type FitProgress } from "../fit/fit.ts";
import { machineAspects, type RunMachine } from "./run_machine.ts";
import { readRunFile, type RunConfig, runFiles, writeRunFile } from "./run_folder.ts";

/** A place in a run: the epoch under way, from 1, and the steps of it that are done. */
export type RunPlace = Pick<FitProgress, "epoch" | "step">;

/** A part of a run that was computed on one machine, from its place to the next one's or the run's end. */
export interface RunStretch extends RunPlace, RunMachine {}

/** A run's stretches, in their order. A run without the file has one, on what it was begun on. */
export async function readStretches(run: string, config: RunConfig): Promise<RunStretch[]> {
  const { stretches } = runFiles;
  const isThere = await access(join(run, stretches)).then(() => true, () => false);
  if (isThere) return await readRunFile(run, stretches);
  const { backend, versions, processes, processor } = config, { epoch, step } = firstStep;
  return [{ epoch, step, backend, versions, processes, processor }];
}

/**
 * Stretches that have a part in what a run has come to at a place: of one that began there no step was kept.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const machine = { name: "cpu" as const, description: "plain JavaScript", reason: "asked for" };
 * const [first, second, third] = [[1, 0], [2, 4], [2, 5]].map(([epoch, step]) => (
 *   { epoch, step, backend: machine, versions: {} }
 * ));
 * const all = [first, second, third];
 * assert.deepEqual(stretchesBefore(all, { epoch: 2, step: 5 }), [first, second]);
 * assert.deepEqual(stretchesBefore(all, { epoch: 1, step: 1 }), [first]);
 * assert.deepEqual(stretchesBefore(all, { epoch: 1, step: 0 }), []);
 * ```
 */
export function stretchesBefore(
  stretches: readonly RunStretch[],
  { epoch, step }: RunPlace,
): RunStretch[] {
  return stretches.filter((begun) =>
    begun.epoch < epoch || begun.epoch === epoch && begun.step < step
  );
}

/**
 * Records what a run is computed on from a place on.
 *
 * @param log Told when that is something else than before.
 */
export async function recordStretch(
  run: string,
  config: RunConfig,
  { epoch, step }: RunPlace,
  now: RunMachine,
  log: (line: string) => void,
): Promise<void> {
  const known = await readStretches(run, config);
  const before = stretchesBefore(known, { epoch, step }), was = before.at(-1);
  const changes = was ? changedAspects(was, now) : [];
  const goesOn = was !== undefined && !changes.length;
  const stretches = goesOn ? before : [...before, { epoch, step, ...now }];
  if (JSON.stringify(stretches) !== JSON.stringify(known)) {
    await writeRunFile(run, runFiles.stretches, stretches);
  }
  if (!changes.length) return;
  const [old, current] = [was!, now].map((machine) => phrase(machine, changes));
  log(`It was on ${old}, now on ${current}: ${consequence(config, changes)}`);
}

function consequence({ ownStatistics }: RunConfig, changes: readonly string[]): string {
  if (ownStatistics && changes.includes("processes")) {
    return "with --own-statistics what is learned depends on their number";
  }
  return "losses may differ from an uninterrupted run's" +
    // Another version may compute something else; other machines only round differently.
    (changes.includes("versions: gliomap") ? "" : " in the last digits");
}

/** What two machines do not have in common; what is not known of one of them is left out. */
function changedAspects(was: RunMachine, now: RunMachine): string[] {
  const [before, after] = [was, now].map(machineAspects);
  return [...before].filter(([name, value]) => (after.get(name) ?? value) !== value)
    .map(([name]) => name);
}

/** Some of a machine's aspects in words, such as "WebAssembly on the CPU, deno 2.9.6". */
function phrase(machine: RunMachine, names: readonly string[]): string {
  const aspects = machineAspects(machine);
  return names.map((name) => {
    const value = aspects.get(name);
    if (name === "processes") return value === "1" ? "1 process" : `${value} processes`;
    return name.startsWith("versions: ") ? `${name.split(": ")[1]} ${value}` : value;
  }).join(", ");
}

/**
 * What all stretches say of something, in one line.
 *
 * @param tell What one says; undefined where it does not know.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const on = (description: string) => ({ name: "cpu" as const, description, reason: "asked for" });
 * const stretches = [
 *   { epoch: 1, step: 0, backend: on("A"), versions: {} },
 *   { epoch: 3, step: 0, backend: on("B"), versions: {} },
 *   { epoch: 4, step: 7, backend: on("A"), versions: {} },
 * ];
 * const told = tellStretches(stretches, ({ backend }) => backend.description);
 * assert.equal(told, "A; from epoch 3: B; from step 8 of epoch 4: A");
 * assert.equal(tellStretches(stretches, ({ processes }) => processes), undefined);
 * ```
 */
export function tellStretches(
  stretches: readonly RunStretch[],
  tell: (stretch: RunStretch) => string | number | undefined,
): string | undefined {
  const told = stretches.map((stretch) => ({ ...stretch, text: tell(stretch) }))
    .filter(({ text }) => text !== undefined);
  const news = told.filter(({ text }, index) => text !== told[index - 1]?.text);
  if (!news.length) return undefined;
  return news.map(({ epoch, step, text }, index) => {
    if (!index) return `${text}`;
    return `from ${step ? `step ${step + 1} of ` : ""}epoch ${epoch}: ${text}`;
  }).join("; ");
}

/** {@linkcode RunMachine} over all stretches, as a person reads it. */
export function tellMachines(stretches: readonly RunStretch[]) {
  const names = new Set(stretches.flatMap(({ versions }) => Object.keys(versions)));
  const versions = [...names].map((name) =>
    [name, tellStretches(stretches, ({ versions }) => versions[name])!] as const
  );
  return {
    backend: tellStretches(stretches, ({ backend }) => backend.description)!,
    processes: tellStretches(stretches, ({ processes }) => processes),
    processor: tellStretches(stretches, ({ processor }) => processor),
    versions: Object.fromEntries(versions),
  };
}
