/**
 * The description of the API as a page that needs no script.
 *
 * @module
 */

import { html } from "hono/html";
import type { ApiDocument } from "./document.ts";
import { type HeadedAnswers, headerHtml, headersHtml, headersOfAll } from "./headers_html.ts";
import { describe, fieldsHtml, inline, type JsonSchema, typeOf } from "./schema_html.ts";

type Html = ReturnType<typeof html>;

interface Content {
  readonly [type: string]: { readonly schema?: JsonSchema };
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses:
    & HeadedAnswers
    & Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

/** The page at `/docs`. */
export function docsPage(document: ApiDocument): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["get", "post"] as const).flatMap((method) =>
      item[method] ? [{ path, method, operation: item[method] as unknown as Operation }] : []
    )
  );
  const common = headersOfAll(operations.map(({ operation }) => operation.responses));
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Gliomap API</title>
        <link rel="icon" type="image/svg+xml" href="assets/icon.svg">
        <link rel="stylesheet" href="docs/style.css">
      </head>
      <body>
        <header>
          <h1>Gliomap API</h1>
          <p>${document.info.description}</p>
          <p>Every error is JSON with <code>error</code> and <code>notice</code>. The same as
    <a href="openapi.json">OpenAPI 3.1</a>; <a href="./">the page</a>.</p>
          <ul class="fields">${common.map((name) =>
            headerHtml(name, "with every answer", document)
          )}</ul>
        </header>
        <main>${(document.tags ?? []).map((tag) =>
          html`<section><h2>${tag.name}</h2>${describe(tag.description)}${
            operations.filter(({ operation }) => operation.tags?.includes(tag.name))
              .map(({ path, method, operation }) =>
                operationHtml(path, method, operation, common, document)
              )
          }</section>`
        )}</main>
      </body>
    </html>
  `;
}

function operationHtml(
  path: string,
  method: string,
  operation: Operation,
  common: readonly string[],
  document: ApiDocument,
): Html {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  return html`<details><summary><span class="method">${method.toUpperCase()}</span>
<code>${path}</code><span>${summary}</span></summary>
${describe(description)}${
    parameters.length === 0 ? "" : html`<h3>Parameters</h3>
<ul class="fields">${
      parameters.map(({ name, in: place, required, schema, description }) =>
        html`<li><code>${name}</code> <em>${place}${required ? "" : ", optional,"}</em>
<span class="type">${typeOf(schema, document)}</span>${
          describe(description ?? schema.description)
        }</li>`
      )
    }</ul>`
  }${requestBody ? html`<h3>Body</h3>${contentHtml(requestBody.content, document)}` : ""}
<h3>Answers</h3>
<ul class="answers">${
    Object.entries(responses).map(([status, { description, content }]) =>
      html`<li><b>${status}</b> ${inline(description)}${
        status === "200" && content ? contentHtml(content, document) : ""
      }</li>`
    )
  }</ul>${headersHtml(responses, common, document)}</details>`;
}

function contentHtml(content: Content, document: ApiDocument): Html {
  const types = Object.entries(content);
  return html`<ul class="fields">${
    types.map(([type, { schema = {} }], index) => {
      // Several types may hold the same; it is told once.
      const same = types.slice(0, index).some(([, other]) =>
        JSON.stringify(other.schema) === JSON.stringify(schema)
      );
      return html`<li><code>${type}</code> <span class="type">${
        schema.format === "binary" ? "file" : same ? "the same" : ""
      }</span>${same ? "" : fieldsHtml(schema, document)}</li>`;
    })
  }</ul>`;
}
