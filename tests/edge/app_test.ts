import assert from "node:assert/strict";
import type { DiceAnswer, SegmentAnswer } from "../../edge/answer.ts";
import { type AppOptions, createApp } from "../../edge/app.ts";
import { decodeImage, decodeMask } from "../../shared/image/decode.ts";
import { encodePng, maskToPng } from "../../shared/image/encode_png.ts";
import { decodeRunLength } from "../../shared/run_length.ts";
import { createFakeService } from "./support/fake_service.ts";
import { maskPath, readBytes, slicePath } from "./support/files.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function createTestApp(options: Partial<AppOptions> = {}) {
  const assets = new Map([
    ["index.html", () => Promise.resolve(encode("<h1>page</h1>"))],
    ["assets/page.js", () => Promise.resolve(encode("plain"))],
    ["assets/page.js.br", () => Promise.resolve(encode("compressed"))],
  ]);
  return createApp({
    service: createFakeService(),
    loadAssets: () => Promise.resolve(assets),
    ...options,
  });
}

interface Post {
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
}

const post = (path: string, init: Post, app = createTestApp()) =>
  app.request(path, { method: "POST", ...init });

/** The error of an answer, which must be JSON with nothing else in it. */
async function errorOf(response: Response): Promise<string> {
  const answer = await response.json();
  assert.deepEqual(Object.keys(answer), ["error"]);
  return answer.error;
}

/** Runs an action whose errors are logged, and gives the log beside its result. */
async function withoutLog<Result>(action: () => Result | Promise<Result>) {
  const { error } = console;
  let log = "";
  console.error = (...values) => log += values.join(" ");
  try {
    return [await action(), log] as const;
  } finally {
    console.error = error;
  }
}

const tiff = await readBytes(slicePath);

for (const type of ["tiff", "png", "jpeg", "webp"]) {
  Deno.test(`POST /v1/segment takes image/${type}`, async () => {
    const extension = { tiff: "tif", jpeg: "jpg" }[type] ?? type;
    const body = await readBytes(`tests/fixtures/slice.${extension}`);
    const headers = { "Content-Type": `image/${type}` };
    const response = await post("/v1/segment", { headers, body });
    const answer = await response.json() as SegmentAnswer;
    assert.equal(response.status, 200);
    assert.deepEqual(answer.mask.shape, [256, 256]);
  });
}

Deno.test("POST /v1/segment answers JSON with the mask, its measures, the model and times", async () => {
  const response = await post("/v1/segment", { body: tiff });
  const answer = await response.json() as SegmentAnswer;
  assert.deepEqual(answer.model, { name: "reference", version: "1.0.0" });
  assert.equal(decodeRunLength(answer.mask).data.filter((value) => value).length, 256 * 128);
  assert.equal(answer.tumorAreaPixels, 256 * 128);
  assert.equal(answer.meanProbability, 0.75);
  assert.deepEqual(Object.keys(answer.timings), ["decode", "scaling", "network", "mask", "total"]);
  assert.equal(answer.notice, "Not for clinical use.");
  assert.equal(response.headers.get("vary"), "Accept");
  assert.equal(response.headers.get("x-model"), "reference/1.0.0");
});

Deno.test("POST /v1/segment answers an empty mask with a null probability", async () => {
  const empty = { data: new Uint8Array(256 * 256), shape: [256, 256] };
  const probability = { data: new Float32Array(256 * 256), shape: [256, 256] };
  const timings = { scaling: 1, network: 2, mask: 3 };
  const segment = () => Promise.resolve({ mask: empty, probability, timings });
  const app = createTestApp({ service: createFakeService({ segment }) });
  const answer = await (await post("/v1/segment", { body: tiff }, app)).json() as SegmentAnswer;
  assert.equal(answer.tumorAreaPixels, 0);
  assert.equal(answer.meanProbability, null);
  assert.deepEqual(answer.mask.runs, [256 * 256]);
});

Deno.test("POST /v1/segment takes the form field image", async () => {
  const body = new FormData();
  body.append("image", new File([tiff], "slice.tif", { type: "image/tiff" }));
  const response = await post("/v1/segment", { body });
  assert.equal((await response.json() as SegmentAnswer).tumorAreaPixels, 256 * 128);
});

Deno.test("POST /v1/segment answers Accept: image/png with the mask, 0 and 255", async () => {
  const response = await post("/v1/segment", { headers: { Accept: "image/png" }, body: tiff });
  assert.equal(response.headers.get("content-type"), "image/png");
  const { data, channels } = await decodeImage(await response.bytes());
  assert.equal(channels, 1);
  assert.deepEqual([data[127], data[128]], [255, 0]);
});

for (
  const [how, path, accept] of [
    ["the profile overlay", "/v1/segment", "image/png;profile=overlay"],
    ["?output=overlay", "/v1/segment?output=overlay", "*/*"],
  ]
) {
  Deno.test(`POST /v1/segment answers ${how} with the slice and its outline in red`, async () => {
    const response = await post(path, { headers: { Accept: accept }, body: tiff });
    const { data, channels } = await decodeImage(await response.bytes());
    assert.equal(channels, 3);
    assert.deepEqual([...data.subarray(3 * 127, 3 * 128)], [255, 0, 0]);
    assert.notDeepEqual([...data.subarray(3 * 128, 3 * 129)], [255, 0, 0]);
  });
}

Deno.test("POST /v1/segment trusts the bytes where the declared type says another format", async () => {
  const headers = { "Content-Type": "image/png" };
  const response = await post("/v1/segment", { headers, body: tiff });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

const gray = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });

for (
  const [what, status, init, message] of [
    ["a type it does not know", 415, {
      headers: { "Content-Type": "text/plain" },
      body: "hello",
    }, /TIFF, PNG, JPEG or WebP/],
    ["bytes of no declared type", 415, { body: encode("GIF89a") }, /TIFF, PNG, JPEG or WebP/],
    ["bytes that are not what they say", 400, {
      headers: { "Content-Type": "image/png" },
      body: "hello",
    }, /TIFF, PNG, JPEG or WebP/],
    ["a TIFF cut short", 400, { body: tiff.subarray(0, 5000) }, /TIFF/],
    ["an empty body", 400, { headers: { "Content-Type": "image/png" } }, /empty/],
    ["a gray slice where the model takes three channels", 400, { body: gray }, /1 channel/],
    ["an Accept that nothing matches", 406, {
      headers: { Accept: "text/html" },
      body: tiff,
    }, /application\/json.*current value is "text\/html"/],
    ["a broken form", 400, {
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      body: "no form",
    }, /form/],
    ["a form without boundary", 400, {
      headers: { "Content-Type": "multipart/form-data" },
      body: "no form",
    }, /form/],
    ["a form without image", 400, { body: new FormData() }, /field "image"/],
  ] as [string, number, Post, RegExp][]
) {
  Deno.test(`POST /v1/segment answers ${what} with ${status}`, async () => {
    const response = await post("/v1/segment", init);
    assert.equal(response.status, status);
    assert.match(await errorOf(response), message);
  });
}

Deno.test("POST /v1/segment answers a form whose image is a text with 400", async () => {
  const body = new FormData();
  body.append("image", "slice.tif");
  const response = await post("/v1/segment", { body });
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /file in its field "image"/);
});

Deno.test("POST /v1/segment answers an output it does not have with 400", async () => {
  const response = await post("/v1/segment?output=heat", { body: tiff });
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /one of json, mask, overlay: current value is "heat"/);
});

Deno.test("POST /v1/segment answers a body over the limit with 413", async () => {
  const app = createTestApp({ maxBodyBytes: 1000 });
  const response = await post("/v1/segment", { body: tiff }, app);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 1000 bytes/);
});

Deno.test("POST /v1/segment answers more pixels than the limit with 413", async () => {
  const app = createTestApp({ maxPixels: 256 * 255 });
  const response = await post("/v1/segment", { body: tiff }, app);
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 65280 pixels: current size is 256x256/);
});

Deno.test("POST /v1/segment refuses a small file of a huge image with 413, undecoded", async () => {
  const response = await post("/v1/segment", { body: await readBytes("tests/fixtures/huge.png") });
  assert.equal(response.status, 413);
  assert.match(await errorOf(response), /at most 1048576 pixels/);
});

Deno.test("createApp() answers a failure of its own with 500 and tells nothing of it", async () => {
  const segment = () => Promise.reject(new Error("secret path /home/someone"));
  const app = createTestApp({ service: createFakeService({ segment }) });
  const [response, log] = await withoutLog(() => post("/v1/segment", { body: tiff }, app));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await errorOf(response), /secret|\.ts/);
  assert.match(log, /secret/);
});

async function postDice(files: Record<string, Uint8Array<ArrayBuffer>>) {
  const body = new FormData();
  for (const [name, bytes] of Object.entries(files)) body.append(name, new File([bytes], name));
  return await post("/v1/dice", { body });
}

const maskTiff = await readBytes(maskPath);
const blank = maskToPng({ data: new Uint8Array(256 * 256), shape: [256, 256] });

Deno.test("POST /v1/dice compares masks, whichever their format", async () => {
  const mask = await decodeMask(maskTiff);
  const response = await postDice({ prediction: maskToPng(mask), reference: maskTiff });
  const answer = await response.json() as DiceAnswer;
  assert.equal(answer.dice, 1);
  assert.equal(answer.truePositives, 3086);
  assert.equal(answer.trueNegatives, 256 * 256 - 3086);
  assert.equal(answer.explanation, undefined);
  assert.equal(answer.notice, "Not for clinical use.");
});

Deno.test("POST /v1/dice is 0 for an empty prediction of a tumor", async () => {
  const answer = await (await postDice({ prediction: blank, reference: maskTiff })).json();
  assert.equal(answer.dice, 0);
  assert.equal(answer.falseNegatives, 3086);
});

Deno.test("POST /v1/dice is null, with an explanation, for two empty masks", async () => {
  const response = await postDice({ prediction: blank, reference: blank });
  const answer = await response.json() as DiceAnswer;
  assert.equal(response.status, 200);
  assert.equal(answer.dice, null);
  assert.match(answer.explanation!, /not defined/);
});

const small = maskToPng({ data: new Uint8Array(4), shape: [2, 2] });

for (
  const [what, status, files, message] of [
    ["a missing reference", 400, { prediction: blank }, /field "reference"/],
    ["masks of two sizes", 400, { prediction: small, reference: blank }, /2x2.*256x256/],
    ["an image that is no mask", 400, { prediction: tiff, reference: blank }, /0 or 255/],
    ["a file that is no image", 415, { prediction: encode("mask"), reference: blank }, /TIFF/],
  ] as [string, number, Record<string, Uint8Array<ArrayBuffer>>, RegExp][]
) {
  Deno.test(`POST /v1/dice answers ${what} with ${status}`, async () => {
    const response = await postDice(files);
    assert.equal(response.status, status);
    assert.match(await errorOf(response), message);
  });
}

Deno.test("POST /v1/dice answers a body that is no form with 415", async () => {
  const response = await post("/v1/dice", {
    headers: { "Content-Type": "image/png" },
    body: blank,
  });
  assert.equal(response.status, 415);
  assert.match(await errorOf(response), /multipart\/form-data: current value is "image\/png"/);
});

Deno.test("GET /health/live answers whatever the model does", async () => {
  const app = createTestApp({ service: createFakeService({ ready: false }) });
  const response = await app.request("/health/live");
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: "live" });
});

Deno.test("GET /health/ready is 503 until the model has answered", async () => {
  const waiting = createTestApp({ service: createFakeService({ ready: false }) });
  const response = await waiting.request("/health/ready");
  assert.equal(response.status, 503);
  assert.match(await errorOf(response), /not answered yet/);
  assert.equal((await createTestApp().request("/health/ready")).status, 200);
});

Deno.test("GET / answers the page, under a policy that lets nothing in from outside", async () => {
  const response = await createTestApp().request("/");
  assert.equal(await response.text(), "<h1>page</h1>");
  assert.match(response.headers.get("content-type")!, /^text\/html/);
  assert.match(response.headers.get("content-security-policy")!, /default-src 'self'/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("GET /assets/... answers 304 to whoever has the file", async () => {
  const app = createTestApp();
  const response = await app.request("/assets/page.js");
  assert.equal(await response.text(), "plain");
  assert.match(response.headers.get("content-type")!, /javascript/);
  const headers = { "If-None-Match": response.headers.get("etag")! };
  assert.equal((await app.request("/assets/page.js", { headers })).status, 304);
});

Deno.test("GET /assets/... sends the Brotli twin to whoever takes it", async () => {
  const app = createTestApp();
  const request = (encodings: string) =>
    app.request("/assets/page.js", { headers: { "Accept-Encoding": encodings } });
  const compressed = await request("gzip, br");
  assert.equal(compressed.headers.get("content-encoding"), "br");
  assert.match(compressed.headers.get("content-type")!, /javascript/);
  assert.equal(await compressed.text(), "compressed");
  assert.equal(compressed.headers.get("vary"), "Accept-Encoding");
  assert.equal(await (await request("gzip")).text(), "plain");
  assert.equal(await (await request("br;q=0")).text(), "plain");
});

Deno.test("GET /assets/... reads a file again after it could not be read", async () => {
  let reads = 0;
  const read = () => reads++ ? Promise.resolve(encode("there")) : Promise.reject(new Error("busy"));
  const assets = new Map([["assets/late.css", read]]);
  const app = createTestApp({ loadAssets: () => Promise.resolve(assets) });
  const [first] = await withoutLog(() => app.request("/assets/late.css"));
  assert.equal(first.status, 500);
  assert.equal(await (await app.request("/assets/late.css")).text(), "there");
});

for (const path of ["/nothing", "/assets/nothing.js", "/assets/../deno.json", "/v1/nothing"]) {
  Deno.test(`GET ${path} is 404`, async () => {
    const response = await createTestApp().request(path);
    assert.equal(response.status, 404);
    assert.match(await errorOf(response), /Cannot find/);
  });
}

for (
  const [method, path, allowed] of [
    ["GET", "/v1/segment", "POST"],
    ["DELETE", "/v1/dice", "POST"],
    ["POST", "/health/live", "GET, HEAD"],
    ["POST", "/", "GET, HEAD"],
  ]
) {
  Deno.test(`${method} ${path} is 405 and says what is allowed`, async () => {
    const response = await createTestApp().request(path, { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allowed);
    assert.match(await errorOf(response), new RegExp(`must be ${allowed}`));
  });
}

Deno.test("createApp() gives every answer an id, the client's where it sent one", async () => {
  const app = createTestApp();
  assert.match((await app.request("/nothing")).headers.get("x-request-id")!, /^[\w-]{36}$/);
  const headers = { "X-Request-Id": "mine-1" };
  const response = await app.request("/health/live", { headers });
  assert.equal(response.headers.get("x-request-id"), "mine-1");
});
