import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createToken } from "../../edge/access/tokens.ts";
import type { SegmentAnswer } from "../../edge/answer.ts";
import { readBytes, root, slicePath } from "./support/files.ts";
import { holdConnections, sendSlowly } from "./support/held_connections.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";
import { checkBill } from "./sbom/check_bill.ts";

/** Where the bundle has sample patients, and where they come from. */
const sampleCopies = ["samples", "train/sample"];

Deno.test("deno task bundle makes an edge function that needs to read only dist", async (t) => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bundle"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, new TextDecoder().decode(stderr));

  await t.step("and prints what each file weighs", () => {
    for (const file of ["edge.js", "page/index.html", "page/assets/page.js", "model.onnx"]) {
      assert.match(text, new RegExp(`${file} +[\\d.]+ +[\\d.]+ +\\w+\n`));
    }
    assert.match(text, /page without the engine: [\d.]+ of 120\.0 kB/);
    assert.match(text, /engine and preview model: [\d.]+ of 3200\.0 kB/);
  });

  await t.step("with its licence beside each model and the samples", async () => {
    const models = (await readdir(new URL("edge/models", root))).map((name) => `models/${name}`);
    for (const [copy, original] of [...models.map((of) => [of, `edge/${of}`]), sampleCopies]) {
      const bytes = await readBytes(`dist/page/assets/${copy}/LICENSE.txt`);
      assert.deepEqual(bytes, await readBytes(`${original}/LICENSE.md`), copy);
    }
  });

  await t.step("and lists what is in it", async () => {
    assert.match(text, /^sbom\.json lists \d+ packages and 3 models$/m);
    await checkBill();
  });

  const serve = ["serve", "--no-prompt", "--allow-read=dist"];
  await using server = await startServer(
    [...serve, "--host", "127.0.0.1", "--port", "0", "dist/edge.js"],
  );

  for (const [type, extension] of [["tiff", "tif"], ["png", "png"], ["webp", "webp"]]) {
    await t.step(`which segments a ${type}`, async () => {
      const body = await readBytes(`tests/fixtures/slice.${extension}`);
      const response = await fetch(`${server.url}v1/segment`, { method: "POST", body });
      const answer = await response.json() as SegmentAnswer;
      assert.equal(response.status, 200);
      assert.deepEqual(answer.mask.shape, [256, 256]);
    });
  }

  await t.step("which finds the tumor", async () => {
    const body = await readBytes(slicePath);
    const response = await fetch(`${server.url}v1/segment`, { method: "POST", body });
    assert.ok((await response.json() as SegmentAnswer).tumorAreaPixels > 2500);
  });

  await t.step("which serves the page and its model", async () => {
    assert.match(await (await fetch(server.url)).text(), /Gliomap/);
    const model = await (await fetch(`${server.url}assets/models/preview/model.onnx`)).bytes();
    assert.deepEqual(model, await readBytes("edge/models/preview/model.onnx"));
  });

  await t.step("which needs no permission more, and answers only holders of tokens", async () => {
    const { token, sha256 } = createToken();
    const env = {
      GLIOMAP_TOKENS: JSON.stringify([{ name: "ward", sha256, perMinute: 1, perDay: 9 }]),
      GLIOMAP_ORIGINS: "https://example.org",
    };
    const allowed = `--allow-env=${Object.keys(env)}`;
    await using guarded = await startServer(
      [...serve, allowed, "--host", "127.0.0.1", "--port", "0", "dist/edge.js"],
      { env },
    );
    const statuses = [];
    for (const Authorization of ["Bearer wrong", `Bearer ${token}`, `Bearer ${token}`]) {
      const headers = { Authorization, Origin: "https://example.org" };
      const response = await fetch(`${guarded.url}v1/models`, { headers });
      await response.body?.cancel();
      const allowedOrigin = response.headers.get("access-control-allow-origin");
      assert.equal(allowedOrigin, "https://example.org");
      statuses.push(response.status);
    }
    assert.deepEqual(statuses, [401, 200, 429]);
    const lines = guarded.output.trim().split("\n").slice(1).map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ rejection }) => rejection), ["token", undefined, "rate"]);
    const { code } = await guarded.stop("SIGTERM");
    assert.equal(code, 0);
  });

  await t.step("which says so where others reach it and it has no tokens", async () => {
    await using open = await startServer(
      [...serve, "--host", "0.0.0.0", "--port", "0", "dist/edge.js"],
    );
    assert.match(
      open.firstLine,
      /^Gliomap listens on http:\/\/0\.0\.0\.0:\d+\/ with model preview/,
    );
    assert.match(open.output, /Everyone who reaches 0\.0\.0\.0 may ask for anything as no tokens/);
    assert.match(server.firstLine, /^Gliomap listens on http:\/\/127\.0\.0\.1:/);
    assert.doesNotMatch(server.output, /Everyone who reaches/);
  });

  await t.step("which counts with others in a file of Deno KV", async () => {
    const folder = await Deno.makeTempDir(), file = `${folder}/limits.sqlite`;
    const { token, sha256 } = createToken();
    const env = {
      GLIOMAP_TOKENS: JSON.stringify([{ name: "ward", sha256, perDay: 3 }]),
      GLIOMAP_KV: file,
    };
    const kv = ["--unstable-kv", `--allow-read=dist,${file}`, `--allow-write=${file}`];
    const args = [...kv, `--allow-env=${Object.keys(env)}`, "--host", "127.0.0.1", "--port", "0"];
    const command = ["serve", "--no-prompt", ...args, "dist/edge.js"];
    {
      await using one = await startServer(command, { env });
      await using two = await startServer(command, { env });
      const statuses = [];
      for (const { url } of [one, two, one, two]) {
        const headers = { Authorization: `Bearer ${token}` };
        const response = await fetch(`${url}v1/models`, { headers });
        await response.body?.cancel();
        statuses.push(response.status);
      }
      assert.deepEqual(statuses, [200, 200, 200, 429]);
    }
    await Deno.remove(folder, { recursive: true });
  });

  await t.step("which is told by its environment how much it may do, and what to log", async () => {
    const env = { GLIOMAP_WORKERS: "1", GLIOMAP_MAX_BODY_BYTES: "1000", GLIOMAP_LOG: "off" };
    const allowed = `--allow-env=${Object.keys(env)}`;
    await using told = await startServer(
      [...serve, allowed, "--host", "127.0.0.1", "--port", "0", "dist/edge.js"],
      { env },
    );
    const { workers } = await (await fetch(`${told.url}health/load`)).json();
    assert.equal(workers, 1);
    const body = await readBytes(slicePath);
    const response = await fetch(`${told.url}v1/segment`, { method: "POST", body });
    assert.equal(response.status, 413);
    assert.match((await response.json()).error, /at most 1000 bytes/);
    assert.equal(told.output.trim().split("\n").length, 1, told.output);
  });

  await t.step({
    name:
      "which ends, to be started again, where it can take no more connections, once it has answered",
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using full = await startServer(
        [...serve, "--host", "127.0.0.1", "--port", "0", "dist/edge.js"],
        { openFiles: 150 },
      );
      const slice = await readBytes(slicePath);
      await (await fetch(`${full.url}v1/segment`, { method: "POST", body: slice })).body?.cancel();
      const finish = sendSlowly(full, slice);
      // A later request is answered: the earlier one has begun.
      await (await fetch(`${full.url}health/live`)).body?.cancel();
      await using _held = await holdConnections(full);
      assert.match(await finish(), /^HTTP\/1\.1 200 /);
      assert.equal((await full.ended).code, 1);
    },
  });

  await t.step("which cannot do without reading dist", async () => {
    const args = ["serve", "--no-prompt", "--host", "127.0.0.1", "--port", "0", "dist/edge.js"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: fileURLToPath(root),
    }).output();
    assert.notEqual(code, 0);
    assert.match(new TextDecoder().decode(stderr), /Requires read access/);
  });

  await t.step("which segments in line where a platform has no workers", async () => {
    const wrapper = new URL("dist/without_workers.js", root);
    await Deno.writeTextFile(
      wrapper,
      `globalThis.Worker = undefined;
      const { default: edge } = await import("./edge.js");
      export default edge;`,
    );
    try {
      await using inline = await startServer(
        [...serve, "--host", "127.0.0.1", "--port", "0", "dist/without_workers.js"],
      );
      const { workers } = await (await fetch(`${inline.url}health/load`)).json();
      assert.equal(workers, 1);
      const body = await readBytes(slicePath);
      const areas = await Promise.all([inline.url, server.url].map(async (url) => {
        const response = await fetch(`${url}v1/segment`, { method: "POST", body });
        return (await response.json() as SegmentAnswer).tumorAreaPixels;
      }));
      assert.equal(areas[0], areas[1]);
    } finally {
      await Deno.remove(wrapper);
    }
  });
});

// After the bundle above, whose compressed files it takes.
Deno.test("deno task bundle fails where the page weighs more than its budget, and leaves the last bundle", async () => {
  // Beside the last bundle, which may be one that somebody needs.
  const earlier = new URL("dist/earlier", root);
  await Deno.mkdir(new URL("./", earlier), { recursive: true });
  await Deno.writeTextFile(earlier, "");
  const [run, ...task] = await argumentsOfTask("bundle");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [run, "--preload", "tests/edge/support/tight_budget.ts", ...task],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 1);
  const decoder = new TextDecoder();
  assert.match(decoder.decode(stdout), /page without the engine: [\d.]+ of 1\.0 kB/);
  assert.match(
    decoder.decode(stderr),
    /^Cannot ship the bundle as it must keep to its budget: page without the engine weighs too much$/m,
  );
  // It is gone, and this rejects, where the last bundle was removed.
  await Deno.remove(earlier);
  await Deno.remove(new URL(".dist", root), { recursive: true });
});
