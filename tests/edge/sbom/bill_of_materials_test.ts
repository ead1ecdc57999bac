import { Models, Spec, Validation } from "@cyclonedx/cyclonedx-library";
import assert from "node:assert/strict";
import { billOfMaterials, type Materials } from "../../../edge/sbom/bill_of_materials.ts";

const sha256 = "0".repeat(64);
const materials: Materials = {
  packages: ["b", "@x/a"].map((name) => ({
    name,
    version: "1.0.0",
    licence: name === "b" ? "(MIT OR ISC)" : "see its LICENSE",
    notices: new Map(name === "b" ? [["LICENSE", new Models.Attachment("text")]] : []),
    sha512: "1".repeat(128),
    imports: name === "b" ? ["@x/a@1.0.0"] : [],
    copies: name === "b" ? ["b.wasm"] : [],
  })),
  direct: ["b@1.0.0"],
  models: [],
  data: [{ path: "slice.tif", licences: ["CC-BY-3.0"] }],
  files: new Map([["b.wasm", sha256], ["edge.js", sha256], ["slice.tif", sha256]]),
};

Deno.test("billOfMaterials() says what is part of what, and what needs what", async () => {
  const text = billOfMaterials(materials);
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  const { metadata, components, dependencies } = JSON.parse(text);
  assert.equal(metadata.timestamp, undefined);
  const names = (parts: readonly { name: string }[]) => parts.map(({ name }) => name);
  assert.deepEqual(names(metadata.component.components), ["edge.js"]);
  assert.deepEqual(names(components), ["a", "b", "slice.tif"]);
  assert.deepEqual(names(components[1].components), ["b.wasm"]);
  assert.deepEqual(components.map(({ licenses }: { licenses: object }) => licenses), [
    [{ license: { name: "see its LICENSE" } }],
    [{ expression: "(MIT OR ISC)" }],
    [{ license: { id: "CC-BY-3.0" } }],
  ]);
  assert.deepEqual(components.map(({ evidence }: { evidence?: object }) => evidence), [
    undefined,
    { licenses: [{ license: { name: "file: LICENSE", text: { content: "text" } } }] },
    undefined,
  ]);
  const edges = dependencies.filter(({ dependsOn }: { dependsOn?: object }) => dependsOn);
  assert.deepEqual(edges, [
    { ref: "gliomap", dependsOn: ["pkg:npm/b@1.0.0"] },
    { ref: "pkg:npm/b@1.0.0", dependsOn: ["pkg:npm/%40x/a@1.0.0"] },
  ]);
});

Deno.test("billOfMaterials() names a time only where it is told one", () => {
  const text = billOfMaterials({ ...materials, builtAt: new Date(0) });
  assert.equal(JSON.parse(text).metadata.timestamp, "1970-01-01T00:00:00.000Z");
});

Deno.test("billOfMaterials() refuses files and packages that there are not", () => {
  assert.throws(
    () => billOfMaterials({ ...materials, files: new Map() }),
    /Cannot list b\.wasm as it must be a file of the bundle/,
  );
  assert.throws(
    () => billOfMaterials({ ...materials, direct: ["c@1.0.0"] }),
    /Cannot list what imports c@1\.0\.0 as it must be in the bundle/,
  );
});
