import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { SegmentAnswer } from "../../edge/answer.ts";
import { readBytes, root, slicePath } from "./support/files.ts";
import { startServer } from "./support/running_server.ts";

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
      assert.match(text, new RegExp(`${file} +[\\d.]+ +[\\d.]+ +[\\d.]+\n`));
    }
  });

  const serve = ["serve", "--no-prompt", "--allow-read=dist", "--allow-net"];
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
    const model = await (await fetch(`${server.url}assets/model/model.onnx`)).bytes();
    assert.deepEqual(model, await readBytes("edge/models/reference/model.onnx"));
  });
});
