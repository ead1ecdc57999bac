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

/** Floats that can be asked for by their place in ascending order; each question reads all of them once. */
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
  const from = (first: number): FloatOrder => ({
    count: all - first,
    at(indices) {
      if (undefinedOrder) return indices.map(() => NaN);
      return valuesAt(indices.map((index) => first + index));
    },
    // What is not over it comes first, so the rest of the order is kept; a NaN is never counted as up to it.
    above: (least) => from(Math.max(first, countUpTo(values, start, step, least))),
  });
  function valuesAt(indices: readonly number[]): number[] {
    const places = indices.map((index) => placeOf(index, firsts));
    const wanted = new Uint8Array(halves), before = new Map<number, number>();
    let length = 0;
    for (const place of new Set(places.toSorted((a, b) => a - b))) {
      wanted[upperHalfAt(place)] = 1;
      before.set(place, firsts[place] - length);
      length += firsts[place + 1] - firsts[place];
    }
    const sorted = sortWanted(values, start, step, wanted, length);
    const found = indices.map((index, i) => sorted[index - before.get(places[i])!]);
    return [...new Float32Array(Int32Array.from(found, sortable).buffer)];
  }
  return from(0);
}

function countUpperHalves(values: Float32Array, start: number, step: number): Uint32Array {
  const parts = new Uint16Array(values.buffer, values.byteOffset, 2 * values.length);
  return countValues(parts, 2 * start + (machineIsLittleEndian ? 1 : 0), 2 * step);
}

/** The upper half of the bits that has this place in the order of floats: the largest negative numbers first. */
function upperHalfAt(place: number): number {
  return place < halves / 2 ? halves - 1 - place : place - halves / 2;
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

function countUpTo(values: Float32Array, start: number, step: number, least: number): number {
  let count = 0;
  // Added up without a branch, which would be guessed wrong at every edge of the head.
  for (let i = start; i < values.length; i += step) count += Number(values[i] <= least);
  return count;
}

/** The values with the wanted upper halves as {@linkcode sortable} integers in ascending order. */
function sortWanted(
  values: Float32Array,
  start: number,
  step: number,
  wanted: Uint8Array,
  length: number,
): Int32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const found = new Int32Array(length);
  for (let i = start, to = 0; i < bits.length; i += step) {
    if (wanted[bits[i] >>> 16]) found[to++] = sortable(bits[i]);
  }
  // As integers, since engines sort millions of equal ones, as a masked background is, far faster than equal floats.
  return found.sort();
}

/** The bits of a float as an integer with the same order, and back: those of a negative number are turned around. */
function sortable(bits: number): number {
  return bits ^ (bits >> 31 >>> 1);
}
