import assert from "node:assert/strict";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import type { DiceAnswer, SegmentAnswer } from "../../edge/answer.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { encodePng, maskToPng } from "../../shared/image/encode_png.ts";
import { decodeRunLength } from "../../shared/run_length.ts";
import { crop } from "./support/crop.ts";
import { maskPath, readBytes, root, slicePath } from "./support/files.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";

const serve = [...await argumentsOfTask("edge"), "--port", "0"];
const tiff = await readBytes(slicePath);

async function errorOf(response: Response): Promise<string> {
  return (await response.json() as { error: string }).error;
}

/** What `deno task edge` prints and how it ends when it is called like this. */
async function runEdge(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "edge", ...args],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Sends a request as written and reads the answer until the server closes or has said enough. */
function exchange(url: string, request: string, until: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write(request));
  let answer = "";
  const end = () => {
    socket.destroy();
    resolve(answer);
  };
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    answer += text;
    if (until.test(answer)) end();
  });
  socket.on("end", end);
  socket.on("error", reject);
  return promise;
}

Deno.test("deno task edge serves on a real socket", async (t) => {
  await using server = await startServer(serve);
  const { url } = server;
  const segment = `${url}v1/segment`;

  await t.step("and says where, in one line", () => {
    assert.match(server.firstLine, /^Gliomap listens on http:\/\/127\.0\.0\.1:\d+\/ with model/);
    assert.match(server.firstLine, /preview \d+\.\d+\.\d+\. Not for clinical use\.\n$/);
  });

  await t.step("and answers a real TIFF with the same mask in each form", async () => {
    const json = await fetch(segment, { method: "POST", body: tiff });
    const { mask, tumorAreaPixels } = await json.json() as SegmentAnswer;
    const headers = { Accept: "image/png" };
    const png = await fetch(segment, { method: "POST", headers, body: tiff });
    const decoded = await decodeMask(await png.bytes());
    assert.deepEqual(decodeRunLength(mask), decoded);
    assert.ok(tumorAreaPixels > 2500);
    const prediction = new File([maskToPng(decoded)], "prediction.png");
    const reference = new File([await readBytes(maskPath)], "reference.tif");
    const body = new FormData();
    body.append("prediction", prediction);
    body.append("reference", reference);
    const dice = await (await fetch(`${url}v1/dice`, { method: "POST", body })).json();
    assert.ok((dice as DiceAnswer).dice! > 0.9);
  });

  await t.step("and answers a size that the network cannot take in that size", async () => {
    const body = encodePng(crop(await decodeImage(tiff), 250, 230));
    const response = await fetch(segment, { method: "POST", body });
    const { mask, tumorAreaPixels } = await response.json() as SegmentAnswer;
    assert.deepEqual(mask.shape, [250, 230]);
    assert.ok(tumorAreaPixels > 2500);
  });

  await t.step(
    "and has a worker for each core, eight at most, where nobody says how many",
    async () => {
      const { workers } = await (await fetch(`${url}health/load`)).json();
      assert.equal(workers, Math.min(navigator.hardwareConcurrency, 8));
    },
  );

  await t.step("and draws the outline", async () => {
    const headers = { Accept: "image/png;profile=overlay" };
    const response = await fetch(segment, { method: "POST", headers, body: tiff });
    const { channels, height, width } = await decodeImage(await response.bytes());
    assert.deepEqual([height, width, channels], [256, 256, 3]);
  });

  await t.step("and answers many at once, each with its own mask", async () => {
    const other = await readBytes(slicePath.replace("_17.tif", "_1.tif"));
    const areas = await Promise.all([tiff, other, tiff, other].map(async (body) => {
      const response = await fetch(segment, { method: "POST", body });
      return (await response.json() as SegmentAnswer).tumorAreaPixels;
    }));
    assert.equal(areas[0], areas[2]);
    assert.equal(areas[1], areas[3]);
    assert.notEqual(areas[0], areas[1]);
  });

  await t.step("and refuses a body over the limit, announced or not", async () => {
    const head = "POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Type: image/tiff\r\n";
    const announced = `${head}Content-Length: 99999999\r\n\r\n`;
    const answer = await exchange(url, announced, /\}/);
    assert.match(answer, /^HTTP\/1\.1 413 [^]*\{"error":"Cannot read the body as it must have/);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)),
    });
    const response = await fetch(segment, { method: "POST", body: endless });
    assert.equal(response.status, 413);
    assert.match(await errorOf(response), /at most 16777216 bytes/);
  });

  await t.step("and survives a broken request", async () => {
    const length = "POST /v1/segment HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n";
    assert.match(await exchange(url, length, /\r\n\r\n/), /^HTTP\/1\.1 400 /);
    const text = await fetch(segment, { method: "POST", body: "hello" });
    assert.equal(text.status, 415);
    assert.match(await errorOf(text), /TIFF, PNG, JPEG or WebP/);
    assert.equal((await fetch(`${url}health/live`)).status, 200);
  });

  await t.step("and forgets a client that goes away", async () => {
    const leaving = Array.from({ length: 3 }, () => {
      const signal = AbortSignal.timeout(20);
      return assert.rejects(fetch(segment, { method: "POST", body: tiff, signal }));
    });
    await Promise.all(leaving);
    const response = await fetch(segment, { method: "POST", body: tiff });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  });

  await t.step("and gives the page, its code and its model", async () => {
    const page = await (await fetch(url)).text();
    assert.match(page, /Not for clinical use/);
    for (const path of page.matchAll(/(?:href|src)="(assets[^"]*)"/g)) {
      const response = await fetch(url + path[1]);
      assert.equal(response.status, 200, path[1]);
      await response.body?.cancel();
    }
    const model = await (await fetch(`${url}assets/models/preview/model.onnx`)).bytes();
    assert.deepEqual(model, await readBytes("edge/models/preview/model.onnx"));
  });

  await t.step("and ends well on SIGTERM", async () => {
    const { code, signal } = await server.stop("SIGTERM");
    assert.deepEqual([code, signal], [0, null]);
  });
});

Deno.test("deno task edge answers what it was asked before it ends on SIGINT", async () => {
  await using server = await startServer(serve);
  const asked = fetch(`${server.url}v1/segment`, { method: "POST", body: tiff });
  // Once a later request is answered, the server has taken the earlier one.
  await (await fetch(`${server.url}health/live`)).body?.cancel();
  const [response, { code }] = await Promise.all([asked, server.stop("SIGINT")]);
  assert.equal(response.status, 200);
  assert.ok((await response.json() as SegmentAnswer).tumorAreaPixels > 2500);
  assert.equal(code, 0);
});

Deno.test("deno task edge answers a slice with the mask of deno task segment", async () => {
  const folder = await Deno.makeTempDir();
  const patient = slicePath.split("/").at(-2)!, slice = slicePath.split("/").at(-1)!;
  const model = "edge/models/preview";
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "segment", "--model", model, slicePath, "--out", folder],
    cwd: fileURLToPath(root),
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const written = `${folder}/${patient}/${slice.replace(".tif", "_mask.png")}`;
  const expected = await decodeMask(await Deno.readFile(written));
  await using server = await startServer(serve);
  const headers = { Accept: "image/png" };
  const response = await fetch(`${server.url}v1/segment`, { method: "POST", headers, body: tiff });
  assert.deepEqual(await decodeMask(await response.bytes()), expected);
  await Deno.remove(folder, { recursive: true });
});

for (
  const [args, message] of [
    [["--port", "http"], /--port .* whole number .*: current value is "http"/],
    [["--port", "65536"], /--port .* at most 65535: current value is "65536"/],
    [["--workers", "0"], /--workers .* at least 1 .*: current value is "0"/],
    [["--queue", "-1"], /--queue .* at least 0: current value is "-1"/],
    [["--time-limit", "0"], /--time-limit .* above 0/],
    [
      ["--engine", "fast"],
      /--engine .* one of auto, webgpu, wasm, native: current value is "fast"/,
    ],
    [["--engine", "native"], /needs --allow-ffi: run deno task edge:native/],
    [["--model", "third"], /must be one of .*reference.*: current value is "third"/],
    [["--model", "no/such/model"], /Cannot load the model as its card.json cannot be read/],
    [["--host", "0.0.0.0"], /Cannot listen on 0\.0\.0\.0 as others reach it and no tokens are set/],
    [["--tokens", "no/such.json"], /Cannot read the tokens: /],
    [["--per-minute", "many"], /--per-minute .* whole number .*: current value is "many"/],
    [["--colour"], /unknown option .--colour./],
    [["slice.tif"], /too many arguments/],
  ] as [string[], RegExp][]
) {
  Deno.test(`deno task edge ${args.join(" ")} fails with one line`, async () => {
    const { code, stdout, stderr } = await runEdge(...args);
    assert.notEqual(code, 0);
    assert.equal(stdout, "");
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  });
}

Deno.test("deno task edge refuses a model that is not the one of its card, by name", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(
    `${folder}/card.json`,
    await readBytes("edge/models/reference/card.json"),
  );
  await Deno.writeFile(`${folder}/model.onnx`, new Uint8Array([1]));
  const { code, stderr } = await runEdge("--port", "0", "--model", folder);
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot use the model reference 1\.0\.0 as the SHA-256 of model\.onnx/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("deno task edge says that its port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await runEdge("--port", `${taken.addr.port}`);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`Cannot listen on 127\\.0\\.0\\.1:${taken.addr.port} as`));
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
});

Deno.test("deno task edge --help lists its options", async () => {
  const { code, stdout } = await runEdge("--help");
  assert.equal(code, 0);
  for (const option of ["--port", "--host", "--model", "--workers"]) {
    assert.match(stdout, new RegExp(option));
  }
});
