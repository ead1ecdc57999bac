/**
 * The error of a process whose cluster has lost others.
 *
 * @module
 */
import { type Address, describeRank } from "./address.ts";
import type { Loss } from "./message.ts";

/** Another process is gone, so this one cannot go on. */
export class LostPeerError extends Error {
  override readonly name = "LostPeerError";
  constructor(addresses: readonly Address[], readonly loss: Loss) {
    super(describeLoss(addresses, loss));
  }
}

/**
 * A loss in words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const addresses = [{ host: "a", port: 1 }, { host: "b", port: 1 }];
 * assert.equal(
 *   describeLoss(addresses, { ranks: [1], what: "did not come within 25 s" }),
 *   "Training stopped as rank 1 (b:1) did not come within 25 s",
 * );
 * ```
 */
export function describeLoss(addresses: readonly Address[], { ranks, what }: Loss): string {
  const names = ranks.map((rank) => describeRank(addresses, rank)).join(" and ");
  return `Training stopped as ${names} ${what}`;
}
