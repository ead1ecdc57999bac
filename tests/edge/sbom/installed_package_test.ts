import assert from "node:assert/strict";
import { namedLicence, readInstalledPackage } from "../../../edge/sbom/installed_package.ts";
import { root } from "../support/files.ts";

/** A package of nothing but its description and files. */
async function read(description: object, files: Record<string, string> = {}) {
  const path = await Deno.makeTempDir();
  try {
    const all = { "package.json": JSON.stringify(description), ...files };
    for (const [name, text] of Object.entries(all)) {
      await Deno.writeTextFile(`${path}/${name}`, text);
    }
    return await readInstalledPackage(new URL(`file://${path}/`));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("readInstalledPackage() reads a package of this project", async () => {
  const { name, licence } = await readInstalledPackage(new URL("node_modules/zod/", root));
  assert.deepEqual([name, licence], ["zod", "MIT"]);
});

Deno.test("readInstalledPackage() tells the licence by its text where package.json has none", async () => {
  const described = { name: "a", version: "1.0.0" };
  const mit = await Deno.readTextFile(new URL("LICENSE", root));
  for (
    const [files, licence] of [
      [{ "LICENSE.md": mit }, "MIT"],
      [{ "licence": "Apache License\n   Version 2.0, January 2004\n" }, "Apache-2.0"],
      [{ "COPYING": "Redistributions in binary form must reproduce ..." }, "BSD-2-Clause"],
      [{ "LICENSE": "Redistributions in binary form ... Neither the name" }, "BSD-3-Clause"],
      [{ "LICENSE": "All rights reserved." }, "see its LICENSE"],
      [{ "README.md": mit }, undefined],
      [{}, undefined],
    ] as const
  ) {
    assert.equal((await read(described, files)).licence, licence);
  }
});

Deno.test("namedLicence() reads the forms of old packages", () => {
  assert.equal(namedLicence({ license: { type: "BSD-2-Clause" } }), "BSD-2-Clause");
  assert.equal(namedLicence({ licenses: [{ type: "MIT" }] }), "MIT");
  assert.equal(namedLicence({ licenses: [{ type: "MIT" }, { type: "ISC" }] }), "(MIT OR ISC)");
  assert.equal(namedLicence({ licenses: [] }), undefined);
});
