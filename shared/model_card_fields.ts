/**
 * The fields of an object that was parsed from JSON, each checked as it is read.
 *
 * @module
 */

import { quoted } from "./printable.ts";
/** What a number has to be. */
interface NumberRule {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
}

/** Typed access to the fields of a parsed object; each throws for a field that is not what it must be. */
export interface Fields {
  readonly value: Readonly<Record<string, unknown>>;
  text(name: string): string;
  number(name: string, rule?: NumberRule): number;
  boolean(name: string): boolean;
  choice(name: string, choices: readonly string[]): string;
  list(name: string): readonly unknown[];
  object(name: string): Fields;
}

/**
 * The fields of a model card, or of an object in it.
 *
 * @param path Where the object lies, as in `evaluation[0]`; empty for the card itself.
 * @throws {TypeError} when the value is no object.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const card = fieldsOf({ threshold: 2 }, "");
 * assert.throws(
 *   () => card.number("threshold", { minimum: 0, maximum: 1 }),
 *   /threshold must be a number from 0 to 1: current value is 2/,
 * );
 * ```
 */
export function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw complaint(path || "it", "an object", value);
  }
  const record = value as Record<string, unknown>;
  const pathOf = (name: string) => path === "" ? name : `${path}.${name}`;
  function field<T>(name: string, expected: string, accepts: (value: unknown) => value is T): T {
    const found = record[name];
    if (!accepts(found)) throw complaint(pathOf(name), expected, found);
    return found;
  }
  return {
    value: record,
    text: (name) => field(name, "a text", (v) => typeof v === "string"),
    boolean: (name) => field(name, "true or false", (v) => typeof v === "boolean"),
    list: (name) => field(name, "a list", (v) => Array.isArray(v)),
    object: (name) => fieldsOf(record[name], pathOf(name)),
    choice: (name, choices) =>
      field(
        name,
        `one of ${choices.join(", ")}`,
        (v): v is string => typeof v === "string" && choices.includes(v),
      ),
    number: (name, rule = {}) =>
      field(name, describeRule(rule), (v): v is number => followsRule(v, rule)),
  };
}

function followsRule(value: unknown, { minimum, maximum, integer }: NumberRule): boolean {
  return typeof value === "number" && Number.isFinite(value) &&
    (!integer || Number.isInteger(value)) &&
    value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}

function describeRule({ minimum, maximum, integer }: NumberRule): string {
  const noun = integer ? "a whole number" : "a number";
  if (minimum === undefined) return noun;
  return maximum === undefined
    ? `${noun} from ${minimum}`
    : `${noun} from ${minimum} to ${maximum}`;
}

/** An error about a field of a model card. */
export function complaint(field: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Cannot read the model card as ${field} must be ${expected}: current value is ${quoted(value)}`,
  );
}
