/** Holds `dist/sbom.json` to CycloneDX's schema, to esbuild's account of the bundle and to what lies in `dist/`. */

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { assetsIn } from "../../../edge/assets.ts";
import { buildBundle, type Bundle } from "../../../edge/bundle_build.ts";
import { billOfMaterials } from "../../../edge/sbom/bill_of_materials.ts";
import { listMaterials } from "../../../edge/sbom/list_materials.ts";
import { root } from "../support/files.ts";

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

/** A licence file in base64. */
interface Notice {
  readonly license: { readonly name: string; readonly text: { readonly content: string } };
}

/** What is looked at of a component. */
interface Component {
  readonly type: string;
  readonly name: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
  readonly evidence?: { readonly licenses: readonly Notice[] };
  readonly components?: readonly Component[];
}

/** Throws where the bill says anything that is not so, or leaves anything out. */
export async function checkBill(): Promise<void> {
  const text = await Deno.readTextFile(new URL("dist/sbom.json", root));
  assert.equal(await validator.validate(text), null);
  assert.ok(await validator.validate(text.replace('"library"', '"book"')), "the schema refuses");

  const bill = JSON.parse(text), bundle = await buildBundle();
  const components: readonly Component[] = bill.components;
  assert.deepEqual(purlsOf(components), purlsIn(bundle));
  const listed = [...components, ...bill.metadata.component.components];
  const files = await hashFiles();
  assert.deepEqual(hashesIn(listed), Object.fromEntries(files));
  for (const { name, licenses, hashes } of components) {
    assert.ok(licenses?.length && hashes?.length, `${name} has a licence and a hash`);
  }
  checkModels(components, bundle);
  const [notice] = components.find(({ name }) => name === "zod")!.evidence!.licenses;
  const zod = await Deno.readFile(new URL("node_modules/zod/LICENSE", root));
  assert.equal(notice.license.text.content, zod.toBase64());
  const again = billOfMaterials(await listMaterials(bundle, files));
  assert.equal(again, text, "the same bundle has the same bill");
}

function purlsOf(components: readonly Component[]): string[] {
  return components.flatMap(({ purl }) => purl ?? []).sort();
}

/** By the paths in Deno's folder, `node_modules/.deno/@hono+zod-openapi@1.6.3/node_modules/@hono/zod-openapi/...`. */
function purlsIn({ metafiles }: Bundle): string[] {
  const purls = new Set<string>();
  for (const output of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const key = /^node_modules\/\.deno\/([^/]+)\//.exec(path)?.[1];
      if (key && bytesInOutput) purls.add(`pkg:npm/${key.replace("+", "/").replace(/^@/, "%40")}`);
    }
  }
  return [...purls].sort();
}

/** SHA-256 of everything in `dist/` but the bill, by path. */
async function hashFiles(): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const [path, read] of await assetsIn(new URL("dist/", root))) {
    if (path === "sbom.json") continue;
    hashes.set(path, createHash("sha256").update(await read()).digest("hex"));
  }
  return hashes;
}

function hashesIn(components: readonly Component[]): Record<string, string> {
  const files = components.flatMap((part) => [part, ...(part.components ?? [])]);
  return Object.fromEntries(
    files.filter(({ hashes }) => hashes?.[0].alg === "SHA-256").map(({ type, name, hashes }) => [
      type === "machine-learning-model" ? `page/assets/models/${name}/model.onnx` : name,
      hashes![0].content,
    ]),
  );
}

function checkModels(components: readonly Component[], { models }: Bundle): void {
  const listed = components.filter(({ type }) => type === "machine-learning-model");
  assert.deepEqual(
    listed.map(({ name, hashes }) => [name, hashes![0].content]),
    models.map(({ name, sha256 }) => [name, sha256["model.onnx"]]).sort(),
  );
}
