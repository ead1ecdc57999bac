/**
 * Numbers and choices out of text: command lines and query strings. Every error names the argument, its value
 * and what it must be.
 *
 * @module
 */

/** What a number has to be. */
export interface NumberLimits {
  /** Only whole numbers. @default false */
  readonly integer?: boolean;
  /** Smallest value allowed. */
  readonly minimum?: number;
  /** Largest value allowed. */
  readonly maximum?: number;
  /** Value it must be larger than. */
  readonly above?: number;
  /** Value it must be smaller than. */
  readonly below?: number;
}

/**
 * The number written in `text`, in decimal or scientific notation (`12`, `-0.5`, `1e-4`).
 *
 * @param name What the argument is called where the person typed it, as in `--epochs`.
 * @throws {TypeError} when the text is not a finite number, or not a whole one where that is asked.
 * @throws {RangeError} when the number is outside the limits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(parseNumber("--learning-rate", "1e-4", { above: 0 }), 0.0001);
 * assert.throws(
 *   () => parseNumber("--epochs", "0", { integer: true, minimum: 1 }),
 *   /Cannot use --epochs as it must be a whole number of at least 1: current value is "0"/,
 * );
 * ```
 */
export function parseNumber(name: string, text: string, limits: NumberLimits = {}): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isFinite(value) || (limits.integer && !Number.isInteger(value))) {
    throw new TypeError(complaint(name, describe(limits), text));
  }
  const { minimum = -Infinity, maximum = Infinity, above = -Infinity, below = Infinity } = limits;
  if (value < minimum || value > maximum || value <= above || value >= below) {
    throw new RangeError(complaint(name, describe(limits), text));
  }
  return value;
}

/**
 * The numbers in a list separated by commas (`30,60`); none for an empty text.
 *
 * @throws {TypeError | RangeError} as {@linkcode parseNumber}, for the entry that is wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(parseNumbers("--milestones", "30,60", { integer: true }), [30, 60]);
 * assert.deepEqual(parseNumbers("--milestones", ""), []);
 * ```
 */
export function parseNumbers(name: string, text: string, limits: NumberLimits = {}): number[] {
  if (text.trim() === "") return [];
  return text.split(",").map((entry) => parseNumber(name, entry, limits));
}

/**
 * The one of `choices` that `text` is.
 *
 * @throws {TypeError} when it is none of them; the error lists them all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(parseChoice("--backend", "wasm", ["auto", "wasm"]), "wasm");
 * assert.throws(() => parseChoice("--backend", "gpu", ["auto", "wasm"]), /one of auto, wasm/);
 * ```
 */
export function parseChoice<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new TypeError(complaint(name, `one of ${choices.join(", ")}`, text));
  }
  return choice;
}

function complaint(name: string, expected: string, text: string): string {
  return `Cannot use ${name} as it must be ${expected}: current value is "${text}"`;
}

/** The limits in words: "a whole number of at least 1 and at most 9". */
function describe({ integer, minimum, maximum, above, below }: NumberLimits): string {
  const bounds: string[] = [];
  if (minimum !== undefined) bounds.push(`of at least ${minimum}`);
  if (above !== undefined) bounds.push(`above ${above}`);
  if (maximum !== undefined) bounds.push(`at most ${maximum}`);
  if (below !== undefined) bounds.push(`below ${below}`);
  const noun = integer ? "a whole number" : "a number";
  return bounds.length === 0 ? noun : `${noun} ${bounds.join(" and ")}`;
}
