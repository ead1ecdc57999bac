import assert from "node:assert/strict";

/** Draws lie from `least` to `most`, and come within a 50th of that range of both. */
export function assertReaches(draws: readonly number[], least: number, most: number): void {
  const low = Math.min(...draws), high = Math.max(...draws), slack = (most - least) / 50;
  const reaches = low >= least && low < least + slack && high <= most && high > most - slack;
  assert.ok(reaches, `draws are from ${low} to ${high}, not from ${least} to ${most}`);
}
