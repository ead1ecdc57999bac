/**
 * Setting up the native library: whole or not at all. `deno install` is the real one; it asks a registry on this
 * machine for a small package of the same layout.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { installNative } from "../../../edge/native/install.ts";
import { isNativeInstalled, nativeVersion } from "../../../edge/native/installation.ts";

const name = "onnxruntime-node";
const own = `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime.so.1`;
const other = "bin/napi-v6/plan9/mips/libonnxruntime.so.1";

/** A tarball as npm packs them. */
function pack(folder: string, files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, "package", path);
    Deno.mkdirSync(join(target, ".."), { recursive: true });
    Deno.writeTextFileSync(target, text);
  }
  const { status } = spawnSync("tar", ["-czf", "package.tgz", "package"], { cwd: folder });
  assert.equal(status, 0);
  return Deno.readFileSync(join(folder, "package.tgz"));
}

const integrityOf = (tarball: Uint8Array) =>
  `sha512-${createHash("sha512").update(tarball).digest("base64")}`;

function serveRegistry(
  tarball: Uint8Array<ArrayBuffer>,
  integrity: string,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    if (url.endsWith(".tgz")) return new Response(tarball);
    const dist = { tarball: new URL("/package.tgz", url).href, integrity };
    const versions = { [nativeVersion]: { name, version: nativeVersion, dist } };
    return Response.json({ name, "dist-tags": { latest: nativeVersion }, versions });
  });
}

/** What a registry sends in place of the tarball, and the hash it claims for it. */
type Registry = (tarball: Uint8Array<ArrayBuffer>) => readonly [Uint8Array<ArrayBuffer>, string];

const honest: Registry = (tarball) => [tarball, integrityOf(tarball)];

interface Place {
  readonly folder: URL;
  /** Installs what the registry sends for a tarball that the lock file knows by its hash. */
  readonly install: (registry?: Registry) => Promise<void>;
}

async function withPlace(files: Record<string, string>, test: (place: Place) => Promise<void>) {
  const temporary = await Deno.makeTempDir();
  const folder = pathToFileURL(join(temporary, "installed/"));
  const manifest = JSON.stringify({ name, version: nativeVersion, main: "dist/index.js" });
  const tarball = pack(temporary, { "package.json": manifest, ...files });
  const specifier = `npm:${name}@${nativeVersion}`;
  const lock = pathToFileURL(join(temporary, "test.lock"));
  await Deno.writeTextFile(
    lock,
    JSON.stringify({
      version: "5",
      specifiers: { [specifier]: nativeVersion },
      npm: { [`${name}@${nativeVersion}`]: { integrity: integrityOf(tarball) } },
      workspace: { packageJson: { dependencies: [specifier] } },
    }),
  );
  try {
    await test({
      folder,
      async install(registry = honest) {
        await using server = serveRegistry(...registry(tarball));
        const NPM_CONFIG_REGISTRY = `http://127.0.0.1:${server.addr.port}`;
        const DENO_DIR = await Deno.makeTempDir({ dir: temporary });
        await installNative({ folder, lock, env: { NPM_CONFIG_REGISTRY, DENO_DIR } });
      },
    });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

const whole = { "dist/index.js": "exports.sum = 3;", [own]: "library", [other]: "library" };
const namesIn = (folder: URL) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("installNative() takes the libraries of this system", async () => {
  await withPlace(whole, async ({ folder, install }) => {
    assert.equal(await isNativeInstalled(folder), false);
    await install();
    assert.equal(await isNativeInstalled(folder), true);
    assert.deepEqual(namesIn(folder), [nativeVersion, "setup.lock"]);
    const library = new URL(`${nativeVersion}/node_modules/${name}/`, folder);
    assert.equal(await Deno.readTextFile(new URL(own, library)), "library");
    await assert.rejects(Deno.stat(new URL(other, library)), Deno.errors.NotFound);
  });
});

function withWrongByte(tarball: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const wrong = tarball.slice();
  wrong[wrong.length >> 1] ^= 1;
  return wrong;
}

const lies: readonly (readonly [fault: string, Registry])[] = [
  ["a wrong byte", (tarball) => [withWrongByte(tarball), integrityOf(tarball)]],
  ["a wrong byte that the registry vouches for", (tarball) => honest(withWrongByte(tarball))],
];

for (const [fault, registry] of lies) {
  Deno.test(`installNative() refuses a download with ${fault}, and leaves nothing`, async () => {
    await withPlace(whole, async ({ folder, install }) => {
      await assert.rejects(
        install(registry),
        /^Error: Cannot install onnxruntime-node as .* the hashes in [^\n]* checksum did not match [^\n]*$/,
      );
      assert.deepEqual(namesIn(folder), ["setup.lock"]);
      assert.equal(await isNativeInstalled(folder), false);
      await install();
      assert.equal(await isNativeInstalled(folder), true);
    });
  });
}

Deno.test("installNative() begins again where one was killed", async () => {
  await withPlace(whole, async ({ folder, install }) => {
    const half = new URL(`partial/node_modules/${name}/dist/`, folder);
    await Deno.mkdir(half, { recursive: true });
    await Deno.writeTextFile(new URL("index.js", half), "exports.su");
    assert.equal(await isNativeInstalled(folder), false);
    await install();
    assert.deepEqual(namesIn(folder), [nativeVersion, "setup.lock"]);
  });
});

Deno.test("installNative() lets the second of two find what the first installed", async () => {
  await withPlace(whole, async ({ folder, install }) => {
    await Promise.all([install(), install()]);
    assert.deepEqual(namesIn(folder), [nativeVersion, "setup.lock"]);
  });
});

Deno.test("installNative() leaves nothing where there is no library for this system", async () => {
  const foreign = { "dist/index.js": "", [other]: "library" };
  await withPlace(foreign, async ({ folder, install }) => {
    await assert.rejects(
      install(),
      /a library for this system, .*: it has those for plan9 on mips/,
    );
    assert.deepEqual(namesIn(folder), ["setup.lock"]);
  });
});
