/**
 * The settings of several runs, side by side.
 *
 * @module
 */
import { differingSettings, type FlatSettings, flatSettings } from "../fit/flat_settings.ts";
import { tellMachines } from "../run/run_stretches.ts";
import type { FoundRun } from "./find_runs.ts";

/** A setting that is not the same in all runs. */
export interface DifferingSetting {
  readonly name: string;
  /** For each run in turn; `odd` where it is not what most runs have. */
  readonly values: readonly { readonly text: string; readonly odd: boolean }[];
}

/** What tells runs apart, and what does not. */
export interface ComparedSettings {
  readonly differing: readonly DifferingSetting[];
  readonly equal: FlatSettings;
}

/** Compares everything that was set for the runs, and what they were measured on. */
export function compareSettings(runs: readonly FoundRun[]): ComparedSettings {
  const sets = validationSets(runs);
  const all = runs.map((run, index) => settingsOf(run, sets[index]));
  const names = differingSettings(all);
  return {
    differing: names.map((name) => ({ name, values: markOdd(all.map((run) => run.get(name))) })),
    equal: new Map([...all[0] ?? []].filter(([name]) => !names.includes(name))),
  };
}

/** Whether all runs were measured on the same patients, without which their Dice do not compare. */
export function areMeasuredAlike(runs: readonly FoundRun[]): boolean {
  return new Set(runs.map(({ split }) => split.validation.join())).size <= 1;
}

function settingsOf({ config, split, stretches }: FoundRun, validationSet: string): FlatSettings {
  const { recipe, settings, fold, validation, data, ownStatistics } = config;
  return flatSettings({
    recipe,
    ...settings,
    ...(fold ? { fold: `${fold.fold} of ${fold.folds}` } : { validation }),
    "training patients": split.training.length,
    "measured on": validationSet,
    data,
    // Runs of one process, and all of an earlier version, have none to tell.
    "own statistics": ownStatistics || undefined,
    ...tellMachines(stretches),
  });
}

/**
 * The validation patients of each run in a few words: "22 patients", and where runs have different ones, which of their
 * sets it is, in the order of the runs: "22 patients (set 2)".
 */
function validationSets(runs: readonly FoundRun[]): string[] {
  const sets = [...new Set(runs.map(({ split }) => split.validation.join()))];
  return runs.map(({ split: { validation } }) => {
    const set = sets.length > 1 ? ` (set ${sets.indexOf(validation.join()) + 1})` : "";
    return `${validation.length} patient${validation.length === 1 ? "" : "s"}${set}`;
  });
}

function markOdd(values: readonly (string | undefined)[]): DifferingSetting["values"] {
  const counts = [...Map.groupBy(values, (value) => value)]
    .map(([value, those]) => ({ value, count: those.length }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = counts;
  const usual = second && second.count === first.count ? undefined : first;
  return values.map((value) => ({ text: value ?? "-", odd: !usual || value !== usual.value }));
}
