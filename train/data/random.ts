/**
 * Random numbers that are the same in every run and on every machine for the same seed.
 *
 * @module
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";

/** A source of random numbers; every call moves it on. */
export interface Random {
  /** An integer from 0 to `below - 1`, each as likely as the others. */
  integer(below: number): number;
  /** A number from 0 (possible) to 1 (not possible). */
  fraction(): number;
}

/**
 * A generator started from a seed (xoroshiro128+, of the pure-rand library).
 *
 * @throws {RangeError} when the seed is not an integer from 0 to 4294967295.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const once = seededRandom(42), again = seededRandom(42);
 * assert.equal(once.integer(1000), again.integer(1000));
 * assert.equal(once.fraction(), again.fraction());
 * ```
 */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(
      `Cannot start a random generator as its seed must be an integer from 0 to 4294967295: current value is ${seed}`,
    );
  }
  const generator = xoroshiro128plus(seed | 0);
  return {
    integer: (below) => uniformInt(generator, 0, below - 1),
    fraction: () => uniformFloat64(generator),
  };
}

/**
 * The items in random order (Fisher and Yates), as a new array.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(shuffled([1, 2, 3], seededRandom(42)).sort(), [1, 2, 3]);
 * ```
 */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.integer(last + 1);
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}
