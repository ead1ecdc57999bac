/**
 * Random numbers by place: what is drawn for a sample depends on the run's seed and on where the sample
 * stands, and on nothing that was drawn before. So a run can be resumed anywhere, and samples can be made in
 * any order, by any number of workers.
 *
 * @module
 */
import { type Random, seededRandom } from "./random.ts";

/**
 * The generator of one place, such as (seed, epoch, position in the epoch).
 *
 * @param place Whole numbers; each is taken modulo 2^32.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(randomAt(42, 1, 7).fraction(), randomAt(42, 1, 7).fraction());
 * assert.notEqual(randomAt(42, 1, 7).fraction(), randomAt(42, 7, 1).fraction());
 * ```
 */
export function randomAt(...place: readonly number[]): Random {
  const stream = place.reduce((state, number) => scrambled(state ^ scrambled(number)), 0);
  return seededRandom(stream >>> 0);
}

/** A number from `low` to `high`, each as likely as the others. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.fraction();
}

/** A factor from 1 / (1 + `spread`) to 1 + `spread`, as likely to shrink as to grow. */
export function factor(random: Random, spread: number): number {
  const limit = Math.log1p(spread);
  return Math.exp(between(random, -limit, limit));
}

/** A number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller, 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return radius * Math.cos(2 * Math.PI * random.fraction());
}

/** Whether something of this probability happens. */
export function chance(random: Random, probability: number): boolean {
  return random.fraction() < probability;
}

/**
 * A 32-bit number that changes in about half of its bits when one bit of `number` does. Source: the finalizer
 * of MurmurHash3 (Appleby), moved off its fixed point at 0 by the golden ratio.
 */
function scrambled(number: number): number {
  let bits = (number + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
