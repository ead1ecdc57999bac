/** Random choices that a seed repeats. */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Random {
  /** A whole number from 0 to one less than `count`. */
  below(count: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** The random choices of one input of a run. */
export function createRandom(seed: number, input: number): Random {
  const generator = xoroshiro128plus(seed * 1_000_003 + input | 0);
  const below = (count: number) => count <= 1 ? 0 : uniformInt(generator, 0, count - 1);
  return { below, pick: (choices) => choices[below(choices.length)] };
}
