/**
 * A check that a run that goes on learns from what it has learned from before.
 *
 * @module
 */
import type { Patient } from "../data/dataset.ts";
import type { RunSplit } from "./run_folder.ts";

/** What the patients of a run are, by id; those of `all` that are none of its are left out. */
export function digestsOf(
  all: readonly Pick<Patient, "id" | "digest">[],
  { training, validation }: Pick<RunSplit, "training" | "validation">,
): Record<string, string> {
  const ids = new Set([...training, ...validation]);
  return Object.fromEntries(
    all.filter(({ id }) => ids.has(id)).map(({ id, digest }) => [id, digest]),
  );
}

/**
 * Makes sure that a run's patients are what they were when it was started: its losses would not be those of a run that
 * was never stopped. Files may have moved, or come in another format.
 *
 * @param run Its folder, for the error.
 * @param all The data as it is now. Patients of the run that are missing are not looked for.
 * @param warn Hears of a run that does not say what its data was.
 * @throws {Error} naming all patients that have changed, and what can be done.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const split = { training: ["a"], validation: ["b"], digests: { a: "01", b: "23" } };
 * const [a, b] = [{ id: "a", digest: "01" }, { id: "b", digest: "ff" }];
 * assert.throws(() => assertUnchanged("runs/first", split, [a, b], console.log), /changed since: b\./);
 * ```
 */
export function assertUnchanged(
  run: string,
  split: RunSplit,
  all: readonly Pick<Patient, "id" | "digest">[],
  warn: (line: string) => void,
): void {
  const { digests } = split;
  if (!digests) {
    warn(
      `An earlier version started ${run} and did not note what its images and masks were: ` +
        "whether they have changed since is not known",
    );
    return;
  }
  const now = Object.entries(digestsOf(all, split));
  const changed = now.filter(([id, digest]) => digests[id] !== digest).map(([id]) => id);
  if (!changed.length) return;
  throw new Error(
    `Cannot go on with ${run} as its images and masks must be what they were when it was started: these patients ` +
      `have changed since: ${
        changed.join(", ")
      }. Put them back, or name a copy of how they were with --data; ` +
      `to learn from them as they are now, start anew in another --out (with --start ${run}, if it is to begin ` +
      "with what was learned so far)",
  );
}
