/** What is installed is what was tested: exact versions, and a lock file that holds them all. */

import assert from "node:assert/strict";
import { parseDenoLock } from "../../edge/sbom/deno_lock.ts";

const root = new URL("../../", import.meta.url);
const readText = (path: string) => Deno.readTextFile(new URL(path, root));

Deno.test("deno.json names exact versions alone", async () => {
  const { imports } = JSON.parse(await readText("deno.json"));
  for (const [name, specifier] of Object.entries(imports)) {
    assert.match(String(specifier), /^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+\/?$/, name);
  }
});

Deno.test("no module names a package beside deno.json, where nothing would say its version", async () => {
  const { stdout } = await new Deno.Command("git", {
    args: ["grep", "-nE", `(from |import\\()"(npm|jsr|https?):`, "--", "*.ts"],
    cwd: root,
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
});

/** Whether the lock file holds all of a deno.json, without asking anybody where it does. */
async function isFrozen(denoJson: string, lock: string): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/deno.json`, denoJson);
    await Deno.writeTextFile(`${folder}/deno.lock`, lock);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--quiet", "--frozen", "--lockfile-only"],
      cwd: folder,
      // Nobody answers there, and nothing was downloaded before.
      env: { NPM_CONFIG_REGISTRY: "http://127.0.0.1:1", DENO_DIR: `${folder}/cache` },
    }).output();
    assert.equal(await Deno.readTextFile(`${folder}/deno.lock`), lock);
    return success;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("deno.lock holds all that deno.json names", async () => {
  const [denoJson, lock] = await Promise.all([readText("deno.json"), readText("deno.lock")]);
  assert.equal(await isFrozen(denoJson, lock), true);
  assert.equal(await isFrozen(denoJson.replace(/zod@\d+\.\d+\.\d+/, "zod@4.0.0"), lock), false);
});

for (const path of ["deno.lock", "edge/native/onnxruntime.lock"]) {
  Deno.test(`${path} has a SHA-512 for every package`, async () => {
    const packages = parseDenoLock(await readText(path));
    assert.ok(packages.length > 10);
    for (const { name, integrity } of packages) {
      assert.match(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, name);
    }
  });
}
