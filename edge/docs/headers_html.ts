/**
 * The headers of answers in words: those of every answer once for all, the others once for each address.
 *
 * @module
 */

import { html } from "hono/html";
import type { ApiDocument } from "./document.ts";
import { describe } from "./schema_html.ts";

type Html = ReturnType<typeof html>;

/** Answers as a description holds them, by their status. */
export type HeadedAnswers = Readonly<
  Record<string, { readonly headers?: Readonly<Record<string, unknown>> }>
>;

/**
 * Which headers all answers have.
 *
 * @returns Their names; none where there are no answers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const answers = { 200: { headers: { "X-Model": {}, "X-Request-Id": {} } } };
 * assert.deepEqual(headersOfAll([answers]), ["X-Model", "X-Request-Id"]);
 * assert.deepEqual(headersOfAll([answers, { 503: { headers: { "X-Request-Id": {} } } }]), ["X-Request-Id"]);
 * assert.deepEqual(headersOfAll([]), []);
 * ```
 */
export function headersOfAll(operations: readonly HeadedAnswers[]): string[] {
  const names = operations.flatMap((answers) => Object.values(answers))
    .map(({ headers = {} }) => new Set(Object.keys(headers)));
  return names.length === 0 ? [] : [...names.reduce((all, some) => all.intersection(some))];
}

/** The headers of one address, each with the statuses it may come with; nothing where there are none but the known. */
export function headersHtml(
  answers: HeadedAnswers,
  known: readonly string[],
  document: ApiDocument,
): Html | string {
  const statuses: Record<string, string[]> = {};
  for (const [status, { headers = {} }] of Object.entries(answers)) {
    for (const name of Object.keys(headers)) (statuses[name] ??= []).push(status);
  }
  const names = Object.keys(statuses).filter((name) => !known.includes(name)).toSorted();
  if (names.length === 0) return "";
  return html`<h3>Headers of answers</h3>
<ul class="fields">${
    names.map((name) => headerHtml(name, `with ${statuses[name].join(", ")}`, document))
  }</ul>`;
}

/** One header, as the description's components tell of it. */
export function headerHtml(name: string, place: string, document: ApiDocument): Html {
  const header = document.components?.headers?.[name] as { description?: string } | undefined;
  return html`<li><code>${name}</code> <span class="type">${place}</span>${
    describe(header?.description)
  }</li>`;
}
