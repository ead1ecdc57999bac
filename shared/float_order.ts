/**
 * Floats in ascending order without sorting all of them. They are counted by the upper half of their bits (sign,
 * exponent, 7 bits of the mantissa); only values that share that half with one that is asked for are sorted.
 *
 * Source: bits as sortable integers from Michael Herf, "Radix Tricks" (2001).
 *
 * @module
 */

import { machineIsLittleEndian } from "./number_type.ts";
import { countValues } from "./value_counts.ts";

/** Floats that can be asked for by their place in ascending order; a question that is new reads all of them once. */
export interface FloatOrder {
  readonly count: number;
  /** The values at indices from 0 to `count - 1` of the ascending order; all NaN where there is a NaN anywhere. */
  at(indices: readonly number[]): number[];
  /** The values over this one; a NaN stays. */
  above(least: number): FloatOrder;
}

/** How many upper halves there are. */
const halves = 1 << 16;

/**
 * The selected values, every `step`th one from index `start` on, in ascending order: -Infinity first, -0 before 0.
 * They are not copied, so `values` must stay as it is while there are questions.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const order = orderFloats(new Float32Array([3, 100, -1, 200, 2, 300]), 0, 2);
 * assert.deepEqual([order.count, order.at([0, 2])], [3, [-1, 3]]);
 * assert.deepEqual(order.above(-1).at([0]), [2]);
 * ```
 */
export function orderFloats(values: Float32Array, start: number, step: number): FloatOrder {
  const counts = countUpperHalves(values, start, step);
  const undefinedOrder = holdsNaN(values, start, step, counts);
  const firsts = firstIndices(counts), all = firsts[halves];
  const sortedAt = keepSorted(values, start, step, firsts);
  const from = (first: number): FloatOrder => ({
    count: all - first,
    at(indices) {
      if (undefinedOrder) return indices.map(() => NaN);
      return valuesAt(indices.map((index) => first + index));
    },
    // What is not over it comes first, so the rest of the order is kept; a NaN is never counted as up to it.
    above: (least) => from(Math.max(first, countUpTo(least))),
  });
  function valuesAt(indices: readonly number[]): number[] {
    const places = indices.map((index) => placeOf(index, firsts)), sorted = sortedAt(places);
    return indices.map((index, i) => sorted[i][index - firsts[places[i]]]);
  }
  function countUpTo(least: number): number {
    if (Number.isNaN(least)) return 0;
    if (undefinedOrder) return countOneByOne(values, start, step, least);
    const place = placeOfValue(least), [sorted] = sortedAt([place]);
    const over = sorted.findIndex((value) => value > least);
    return firsts[place] + (over < 0 ? sorted.length : over);
  }
  return from(0);
}

/** Gives the values of a place in ascending order, those that were asked for before without a look at the others. */
function keepSorted(
  values: Float32Array,
  start: number,
  step: number,
  firsts: Uint32Array,
): (places: readonly number[]) => Float32Array[] {
  const kept = new Map<number, Float32Array>();
  return (places) => {
    const wanted = [...new Set(places)].filter((place) => !kept.has(place)).sort((a, b) => a - b);
    const lengths = wanted.map((place) => firsts[place + 1] - firsts[place]);
    const sorted = sortWanted(values, start, step, wanted, lengths.reduce((sum, n) => sum + n, 0));
    let from = 0;
    for (const [i, place] of wanted.entries()) {
      kept.set(place, sorted.subarray(from, from += lengths[i]));
    }
    return places.map((place) => kept.get(place)!);
  };
}

function countUpperHalves(values: Float32Array, start: number, step: number): Uint32Array {
  const parts = new Uint16Array(values.buffer, values.byteOffset, 2 * values.length);
  return countValues(parts, 2 * start + (machineIsLittleEndian ? 1 : 0), 2 * step);
}

/** The upper half of the bits that has this place in the order of floats: the largest negative numbers first. */
function upperHalfAt(place: number): number {
  return place < halves / 2 ? halves - 1 - place : place - halves / 2;
}

/** The place of the upper half of a number, as the nearest float has it; 0 is as large as -0, which comes before it. */
function placeOfValue(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value + 0).buffer), half = bits >>> 16;
  return half < halves / 2 ? half + halves / 2 : halves - 1 - half;
}

/** For each place of an upper half the index of its first value in the order of all, and at the end their count. */
function firstIndices(counts: Uint32Array): Uint32Array {
  const firsts = new Uint32Array(halves + 1);
  for (let place = 0; place < halves; place++) {
    firsts[place + 1] = firsts[place] + counts[upperHalfAt(place)];
  }
  return firsts;
}

/** The place of the upper half that the value at an index has: the last that starts at it or before. */
function placeOf(index: number, firsts: Uint32Array): number {
  let low = 0, high = halves;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (firsts[middle] <= index) low = middle;
    else high = middle;
  }
  return low;
}

function holdsNaN(
  values: Float32Array,
  start: number,
  step: number,
  counts: Uint32Array,
): boolean {
  // Infinities and NaN share their exponent; where no value has it, none needs to be looked at.
  if (counts.every((count, half) => count === 0 || (half & 0x7f80) !== 0x7f80)) return false;
  for (let i = start; i < values.length; i += step) if (Number.isNaN(values[i])) return true;
  return false;
}

/** Of the values, how many are up to this one, where their order does not tell. */
function countOneByOne(values: Float32Array, start: number, step: number, least: number): number {
  let count = 0;
  for (let i = start; i < values.length; i += step) count += Number(values[i] <= least);
  return count;
}

/** The values at the wanted places, in ascending order both, of which there are so many. */
function sortWanted(
  values: Float32Array,
  start: number,
  step: number,
  wanted: readonly number[],
  length: number,
): Float32Array {
  const found = new Int32Array(length);
  if (length > 0) {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    const isWanted = new Uint8Array(halves);
    for (const place of wanted) isWanted[upperHalfAt(place)] = 1;
    for (let i = start, to = 0; i < bits.length; i += step) {
      if (isWanted[bits[i] >>> 16]) found[to++] = sortable(bits[i]);
    }
  }
  // As integers, since engines sort millions of equal ones, as a masked background is, far faster than equal floats.
  return new Float32Array(found.sort().map(sortable).buffer);
}

/** The bits of a float as an integer with the same order, and back: those of a negative number are turned around. */
function sortable(bits: number): number {
  return bits ^ (bits >> 31 >>> 1);
}
