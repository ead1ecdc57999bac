/** Nothing that is sent stays: not in the log, not on disk. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { readBytes, root, slicePath } from "./support/files.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";
import { volumeForm } from "./support/sent_volume.ts";

const tiff = await readBytes(slicePath);
const dicomFolder = "tests/fixtures/dicom/direction_coronal";

/** A series as a zip whose files are named for the patient, and the name that is in the files themselves. */
async function readSeries() {
  const files: Record<string, Uint8Array> = {};
  for (const { name } of Deno.readDirSync(new URL(dicomFolder, root))) {
    files[`JaneDoe/${name}`] = await readBytes(`${dicomFolder}/${name}`);
  }
  const [first] = Object.values(files);
  const [patient] = /\w+\^\w+/.exec(new TextDecoder("latin1").decode(first))!;
  return { zip: zipSync(files), patient };
}

/** Some of the bytes of a picture in the forms in which a log would hold them. */
function traces(bytes: Uint8Array): string[] {
  const middle = bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 24);
  return [middle.toBase64(), middle.toHex(), [...middle.subarray(0, 8)].join(",")];
}

function namedForm(field: string, bytes: Uint8Array<ArrayBuffer>, name: string): FormData {
  const form = new FormData();
  form.append(field, new File([bytes], name));
  return form;
}

/** A request for the network itself: its numbers, and a name where it may have one. */
const numbers = Array.from({ length: 3 * 16 * 16 }, (_, index) => index / 999);
const inferRequest = JSON.stringify({
  id: "JaneDoe",
  inputs: [{ name: "image", datatype: "FP32", shape: [1, 3, 16, 16], data: numbers }],
});

for (const format of ["json", "text"]) {
  Deno.test(`deno task edge --log ${format} writes neither names nor pictures, and nothing to disk`, async () => {
    const temporary = await Deno.makeTempDir();
    const task = await argumentsOfTask("edge");
    assert.ok(!task.some((argument) => /^--allow-(write|all)|^-A$/.test(argument)));
    const env = { TMPDIR: temporary, TMP: temporary, TEMP: temporary };
    const { zip, patient } = await readSeries();
    await using server = await startServer([...task, "--port", "0", "--log", format], { env });
    const volumes = await volumeForm(2), mixed = await volumeForm(2);
    mixed.append("extra", new File([tiff], "JaneDoe_3.tif"));
    const sent = [
      ["v1/segment?id=JaneDoe", tiff, 200],
      ["v1/segment?id=JaneDoe&output=overlay", namedForm("image", tiff, "JaneDoe.tif"), 200],
      ["v1/segment?id=JaneDoe", namedForm("JaneDoe", tiff, "JaneDoe.tif"), 400],
      ["v1/segment?id=JaneDoe", tiff.slice(0, 5000), 400],
      ["v1/segment?model=JaneDoe", tiff, 404],
      ["v1/volumes?id=JaneDoe&output=json", volumes, 200],
      ["v1/volumes?id=JaneDoe&output=json", mixed, 400],
      ["v1/volumes?id=JaneDoe&output=json", zip, 200],
      ["v1/volumes?output=json", zip.slice(0, zip.length - 500), 400],
      ["v1/JaneDoe", tiff, 404],
      ["v1/dice?id=JaneDoe", namedForm("prediction", tiff, "JaneDoe.tif"), 400],
      ["v2/models/preview/infer", inferRequest, 200],
      ["v2/models/preview/infer", inferRequest.slice(0, -9), 400],
    ] as [string, BodyInit, number][];
    for (const [path, body, status] of sent) {
      const response = await fetch(server.url + path, { method: "POST", body });
      const answer = await response.text();
      assert.equal(response.status, status, `${path}: ${answer.slice(0, 200)}`);
    }
    await server.stop("SIGTERM");
    const lines = server.output.split("\n").filter((line) => /^(\{|\d{4}-\d\d-\d\dT)/.test(line));
    assert.equal(lines.length, sent.length, server.output);
    for (const line of lines) assert.ok(line.length < 600, line);
    const forbidden = [
      /Jane|Doe/i,
      patient,
      ...traces(tiff),
      `${numbers[7]}`,
      slicePath.split("/").at(-1)!,
    ];
    for (const trace of forbidden) {
      const found = typeof trace === "string"
        ? server.output.includes(trace)
        : trace.test(server.output);
      assert.ok(!found, `${trace} is in the log`);
    }
    assert.deepEqual([...Deno.readDirSync(temporary)], []);
    await Deno.remove(temporary, { recursive: true });
  });
}
