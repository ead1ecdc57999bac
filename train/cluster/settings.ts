/**
 * What all processes of a cluster must have in common to train one network.
 *
 * @module
 */
import { type Address, describeRank } from "./address.ts";

/** Values by the name a person knows them by, such as `--batch-size`. */
export type SharedSettings = Readonly<Record<string, string | number>>;

/** Two processes were started differently. */
export class SettingsMismatchError extends Error {
  override readonly name = "SettingsMismatchError";
}

/** A process and its settings. */
export interface RankSettings {
  readonly rank: number;
  readonly settings: SharedSettings;
}

/**
 * Holds another process's settings against this one's.
 *
 * @throws {SettingsMismatchError} naming the first setting that differs, both ranks and both values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const addresses = [{ host: "a", port: 1 }, { host: "b", port: 1 }];
 * const mine = { rank: 0, settings: { "--batch-size": 8 } };
 * assertSameSettings(addresses, mine, { rank: 1, settings: { "--batch-size": 8 } });
 * assert.throws(
 *   () => assertSameSettings(addresses, mine, { rank: 1, settings: { "--batch-size": 4 } }),
 *   /same --batch-size: rank 0 \(a:1\) has 8, rank 1 \(b:1\) has 4/,
 * );
 * ```
 */
export function assertSameSettings(
  addresses: readonly Address[],
  mine: RankSettings,
  theirs: RankSettings,
): void {
  const names = new Set([...Object.keys(mine.settings), ...Object.keys(theirs.settings)]);
  for (const name of names) {
    if (mine.settings[name] === theirs.settings[name]) continue;
    const [lower, higher] = mine.rank < theirs.rank ? [mine, theirs] : [theirs, mine];
    const describe = ({ rank, settings }: RankSettings) =>
      `${rank < addresses.length ? describeRank(addresses, rank) : `rank ${rank}`} has ${
        settings[name] ?? "none"
      }`;
    throw new SettingsMismatchError(
      `Cannot train together as every process must have the same ${name}: ` +
        `${describe(lower)}, ${describe(higher)}`,
    );
  }
}
