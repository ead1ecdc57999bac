/**
 * Settings as a flat list of names and values, to compare and to show.
 *
 * @module
 */

/** Names and values, both as people read them. */
export type FlatSettings = ReadonlyMap<string, string>;

/**
 * The entries of a tree of settings: names in words, those of a branch after the branch's; values as text.
 * What is undefined is left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const flat = flatSettings({ batchSize: 8, schedule: { kind: "cosine", milestones: [30, 60] } });
 * assert.deepEqual([...flat], [
 *   ["batch size", "8"],
 *   ["schedule: kind", "cosine"],
 *   ["schedule: milestones", "30, 60"],
 * ]);
 * ```
 */
export function flatSettings(settings: object): FlatSettings {
  return new Map(entriesOf(settings, ""));
}

function entriesOf(settings: object, branch: string): [string, string][] {
  return Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    const name = branch + inWords(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return [[name, value.join(", ") || "none"]];
    if (typeof value === "object" && value !== null) return entriesOf(value, `${name}: `);
    return [[name, String(value)]];
  });
}

/** "learningRate" as "learning rate". */
function inWords(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * The names of settings that are not the same everywhere; one that is missing somewhere differs. Those of a
 * branch come together.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const [a, b] = [{ depth: 4, seed: 1 }, { depth: 5, seed: 1 }].map(flatSettings);
 * assert.deepEqual(differingSettings([a, b]), ["depth"]);
 * ```
 */
export function differingSettings(all: readonly FlatSettings[]): string[] {
  const names = new Set(all.flatMap((settings) => [...settings.keys()]));
  const branches = Map.groupBy(names, (name) => name.split(":")[0]);
  return [...branches.values()].flat()
    .filter((name) => new Set(all.map((settings) => settings.get(name))).size > 1);
}
