import assert from "node:assert/strict";
import type { DiceAnswer } from "../../../edge/answer.ts";
import { decodeMask } from "../../../shared/image/decode.ts";
import { maskToPng } from "../../../shared/image/encode_png.ts";
import { maskPath, readBytes, slicePath } from "../support/files.ts";
import { errorOf, post } from "../support/test_app.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const tiff = await readBytes(slicePath);

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
