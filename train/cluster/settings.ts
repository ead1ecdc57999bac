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

/** A process as errors name it, and its settings. */
export interface NamedSettings {
  readonly process: string;
  readonly settings: SharedSettings;
}

/**
 * What must be the same and how two processes differ in it, to come after "every process must have the same".
 *
 * @param names The settings that they do not have alike.
 */
export type TellDifference = (
  names: readonly string[],
  lower: NamedSettings,
  higher: NamedSettings,
) => string;

const tellFirst: TellDifference = ([name], ...both) => {
  const values = both.map(({ process, settings }) => `${process} has ${settings[name] ?? "none"}`);
  return `${name}: ${values.join(", ")}`;
};

/**
 * Holds another process's settings against this one's.
 *
 * @param tell Words the error. @default the first setting that differs, both ranks and both values
 * @throws {SettingsMismatchError} telling what differs.
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
  tell = tellFirst,
): void {
  const all = new Set([...Object.keys(mine.settings), ...Object.keys(theirs.settings)]);
  const names = [...all].filter((name) => mine.settings[name] !== theirs.settings[name]);
  if (!names.length) return;
  const named = ({ rank, settings }: RankSettings) => ({
    process: describe(addresses, rank),
    settings,
  });
  const [lower, higher] = (mine.rank < theirs.rank ? [mine, theirs] : [theirs, mine]).map(named);
  throw new SettingsMismatchError(
    `Cannot train together as every process must have the same ${tell(names, lower, higher)}`,
  );
}

/** A process of a larger cluster than this one's may have come here. */
function describe(addresses: readonly Address[], rank: number): string {
  return rank < addresses.length ? describeRank(addresses, rank) : `rank ${rank}`;
}
