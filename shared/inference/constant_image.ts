/**
 * Images that nothing is in: slices above and below the head, where all around it is black. A network says the same of
 * each, so that it is asked once.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { NetworkImage } from "./network_input.ts";

/** An image all of whose channels are constant, and what a network says of it. */
interface Answer {
  readonly shape: NetworkImage["shape"];
  readonly values: readonly number[];
  readonly output: Float32Array;
}

/** The last answer of each engine: a volume's empty slices have one size and one scaling. */
const answers = new WeakMap<Engine, Answer>();

/**
 * Runs a network, or gives what it said before of the same image without content. Only images whose channels are all
 * constant are told apart from others: this takes a look at the first rows of an image with a head in it, and the answer
 * is the very one that the network would give again, bit for bit.
 *
 * @param image Axes [1, channels, height, width].
 * @returns Probabilities, axes [1, 1, height, width]; the caller's own, unless the engine keeps what it returns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { Engine } from "./engine.ts";
 * import type { NetworkImage } from "./network_input.ts";
 *
 * let runs = 0;
 * const engine: Engine = {
 *   run: (input) => Promise.resolve(new Float32Array(input.length).fill(++runs / 10)),
 *   release: () => Promise.resolve(),
 * };
 * const black: NetworkImage = { data: new Float32Array(4), shape: [1, 1, 2, 2] };
 * await runNetwork(engine, black);
 * assert.deepEqual(await runNetwork(engine, black), new Float32Array(4).fill(0.1));
 * assert.equal(runs, 1);
 * ```
 */
export async function runNetwork(
  engine: Engine,
  { data, shape }: NetworkImage,
): Promise<Float32Array> {
  const values = constantChannels(data, shape[1]);
  if (!values) return await engine.run(data, shape);
  const known = answers.get(engine);
  if (known && isSame(known.shape, shape) && isSame(known.values, values)) {
    return known.output.slice();
  }
  const output = await engine.run(data, shape);
  // A copy: the caller may send its own away, and an engine's may be memory that its next run writes to.
  answers.set(engine, { shape, values, output: output.slice() });
  return output;
}

/** The value of each channel; null when one of them has two. */
function constantChannels(data: Float32Array, channels: number): number[] | null {
  const pixels = data.length / channels, values: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * pixels, value = data[from];
    for (let i = from + 1; i < from + pixels; i++) {
      if (data[i] !== value) return null;
    }
    values.push(value);
  }
  return values;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
