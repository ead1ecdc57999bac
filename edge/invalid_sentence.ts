/**
 * What is wrong with a value that a schema refuses, in one sentence.
 *
 * @module
 */

import type { ZodError } from "zod";
import { printable, quoted } from "../shared/printable.ts";

type Issue = ZodError["issues"][number];

/**
 * The first thing that is wrong with a value, as "Cannot use X as it must be Y: current value is Z".
 *
 * @param value What the schema refused.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const query = z.object({ id: z.string().max(3) });
 * const value = { id: "long" };
 * const sentence = sentenceOf(query.safeParse(value).error!, value);
 * assert.equal(sentence, 'Cannot use id as it must be at most 3 characters long: current value is "long"');
 * ```
 */
export function sentenceOf({ issues: [issue] }: ZodError, value: unknown): string {
  const found = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const name = printable(issue.path.join(".")) || "the request";
  return `Cannot use ${name} as it must be ${expectedBy(issue)}: current value is ${quoted(found)}`;
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `of type ${issue.expected === "record" ? "object" : issue.expected}`;
    case "invalid_union":
      return issue.errors.map(([first]) => expectedBy(first)).join(" or ");
    case "too_big":
      return `at most ${sizeOf(issue.maximum, issue.origin)}`;
    case "too_small":
      return `at least ${sizeOf(issue.minimum, issue.origin)}`;
    default:
      return printable(issue.message);
  }
}

/** What a text or a list is measured in; numbers have no unit. */
const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
};

function sizeOf(size: number | bigint, origin: string): string {
  const unit = units[origin];
  return unit ? `${size} ${unit[size === 1 ? 0 : 1]} long` : `${size}`;
}
