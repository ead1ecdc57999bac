/** A real server whose time for decoding is over before any file is decoded: every endpoint says so. */

import assert from "node:assert/strict";
import { deflatePng } from "../../edge/png/deflate_png.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";
import { volumeForm } from "./support/sent_volume.ts";

/** A black picture, small as a file, which takes long to decode. */
function largePng(channels: 1 | 3): Uint8Array<ArrayBuffer> {
  const side = 4096, data = new Uint8Array(side * side * channels);
  return deflatePng({ data, height: side, width: side, channels });
}

function formOf(bytes: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  for (const name of ["prediction", "reference"]) form.append(name, new File([bytes], name));
  return form;
}

/** Half a million numbers as text. */
function inferRequest(): string {
  const shape = [1, 3, 512, 1024], data = `[${Array(3 * 512 * 1024).fill("0.5")}]`;
  return `{"inputs":[{"name":"image","datatype":"FP32","shape":[${shape}],"data":${data}}]}`;
}

Deno.test("deno task edge ends what takes longer to decode than it may, at every endpoint, with 504", async () => {
  const short = ["--decode-seconds", "0.001", "--volume-seconds", "0.001"];
  const options = ["--port", "0", "--engine", "wasm", "--workers", "1", "--max-pixels", "16777216"];
  await using server = await startServer([...await argumentsOfTask("edge"), ...options, ...short]);
  const asked: [path: string, body: BodyInit][] = [
    ["v1/segment", largePng(3)],
    ["v1/dice", formOf(largePng(1))],
    ["v2/models/preview/infer", inferRequest()],
    ["v1/volumes?output=json", await volumeForm(8)],
  ];
  for (const [path, body] of asked) {
    const response = await fetch(server.url + path, { method: "POST", body });
    const { error } = await response.json();
    assert.equal(response.status, 504, `${path}: ${error}`);
    assert.match(error, /^Cannot decode the file as it must take at most 0\.001 s$/);
  }
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^gliomap_rejections_total\{reason="time limit"\} 4$/m);
  assert.match(metrics, /^gliomap_requests_held 0$/m);
  assert.match(metrics, /^gliomap_worker_restarts_total 0$/m);
});
