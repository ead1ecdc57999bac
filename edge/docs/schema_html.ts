/**
 * A schema in words, as nested lists.
 *
 * @module
 */

import { html } from "hono/html";
import type { ApiDocument } from "./document.ts";

/** What is looked at of a JSON schema. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

type Html = ReturnType<typeof html>;

/** The schema that a reference names, or the schema itself. */
function resolve(schema: JsonSchema, document: ApiDocument): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  return name ? (document.components?.schemas?.[name] ?? {}) as JsonSchema : schema;
}

/**
 * A schema in a few words.
 *
 * @param document Where the schemas are that it names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const document = { openapi: "3.1.0", info: { title: "API", version: "1.0.0" } };
 * const share = { type: ["number", "null"], minimum: 0, maximum: 1 };
 * assert.equal(typeOf(share, document), "number from 0 to 1 or null");
 * assert.equal(typeOf({ type: "array", items: { type: "string" } }, document), "list of text");
 * ```
 */
export function typeOf(given: JsonSchema, document: ApiDocument): string {
  const schema = resolve(given, document);
  const kinds = schema.oneOf ?? schema.anyOf;
  if (kinds) {
    return [...new Set(kinds.map((kind) => typeOf(kind, document)))].join(" or ");
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.format === "binary") return "file";
  const types = [schema.type ?? "anything"].flat();
  return types.map((type) => {
    if (type === "array") return `list of ${typeOf(schema.items ?? {}, document)}`;
    if (type === "string") return "text";
    return type + rangeOf(type, schema);
  }).join(" or ");
}

function rangeOf(type: string, { minimum, maximum }: JsonSchema): string {
  if (type !== "number" && type !== "integer") return "";
  // What zod writes for whole numbers says nothing.
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return `${least ? ` from ${minimum}` : ""}${most ? ` to ${maximum}` : ""}`;
}

/** The fields of a schema, of the objects in it as well; nothing where it has none. */
export function fieldsHtml(given: JsonSchema, document: ApiDocument): Html | string {
  const schema = resolve(given, document);
  const kinds = schema.oneOf ?? schema.anyOf;
  if (kinds?.some((kind) => resolve(kind, document).properties)) {
    return html`${
      kinds.map((kind) => html`<div class="kind">${fieldsHtml(kind, document)}</div>`)
    }`;
  }
  if (schema.items) return fieldsHtml(schema.items, document);
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return "";
  return html`<ul class="fields">${
    fields.map(([name, field]) =>
      html`<li><code>${name}</code>${
        schema.required?.includes(name) ? "" : html`
          <em>optional,</em>
        `
      } <span class="type">${typeOf(field, document)}</span>${
        describe(resolve(field, document).description ?? field.description)
      }${fieldsHtml(field, document)}</li>`
    )
  }</ul>`;
}

/** A sentence in a paragraph of its own; nothing where there is none. */
export function describe(text: string | undefined): Html | string {
  return text ? html`<p>${inline(text)}</p>` : "";
}

/** A sentence in which what stands between backquotes is code. */
export function inline(text: string): Html {
  const parts = text.split("`");
  return html`${parts.map((part, index) => index % 2 ? html`<code>${part}</code>` : part)}`;
}
