/** Every operation that /openapi.json describes, and how to ask it. */

import { maskToPng } from "../../../shared/image/encode_png.ts";
import { document } from "./described_answers.ts";
import { readBytes, slicePath } from "./files.ts";

/** One method of one address. */
export interface Operation {
  readonly method: string;
  /** The address in the document, and one that it stands for. */
  readonly template: string;
  readonly path: string;
  readonly statuses: readonly number[];
  readonly isSecured: boolean;
}

interface Described {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** All of them. */
export const operations: readonly Operation[] = Object.entries<Record<string, Described>>(
  document.paths,
)
  .flatMap(([template, item]) =>
    Object.entries(item).map(([method, { responses, security }]) => ({
      method: method.toUpperCase(),
      template,
      path: template.replace("{name}", "reference").replace("{version}", "1.0.0"),
      statuses: Object.keys(responses).map(Number),
      isSecured: security?.some((scheme) => "bearer" in scheme) ?? false,
    }))
  );

/** A slice. */
export const tiff = await readBytes(slicePath);
const gray = maskToPng({ data: new Uint8Array(4), shape: [2, 2] });

function formOf(...names: string[]): FormData {
  const form = new FormData();
  for (const name of names) form.append(name, new File([gray], `${name}.png`));
  return form;
}

export const infer = "/v2/models/{name}/infer",
  inferVersion = "/v2/models/{name}/versions/{version}/infer";
export const ready = "/v2/models/{name}/ready",
  readyVersion = "/v2/models/{name}/versions/{version}/ready";
const tensor = { name: "image", datatype: "FP32", shape: [1, 3, 8, 8], data: Array(192).fill(0) };
const inferBody = () => JSON.stringify({ inputs: [tensor] });

/** What each address answers with 200. */
const bodies: Readonly<Record<string, () => BodyInit>> = {
  "/v1/segment": () => tiff,
  "/v1/volumes": () => formOf("P_1", "P_2"),
  "/v1/dice": () => formOf("prediction", "reference"),
  [infer]: inferBody,
  [inferVersion]: inferBody,
};

/** The addresses that are posted to. */
export const posts = Object.keys(bodies);

/** How an operation is asked so that it answers with 200. */
export function requestOf(
  { method, template }: Pick<Operation, "method" | "template">,
): RequestInit {
  return { method, body: bodies[template]?.() };
}
