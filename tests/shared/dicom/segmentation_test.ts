/** What a DICOM-SEG holds, read by dicom-parser; what highdicom makes of it is in highdicom_test.ts. */
import assert from "node:assert/strict";
import dicomParser from "dicom-parser";
import test from "node:test";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { readSeries } from "./fixture.ts";

const { volume, geometry } = decodeDicomSeries(readSeries("explicit"));
const { slices, height, width } = volume;
// Every seventh voxel, from the second slice on.
const data = Uint8Array.from(volume.data, (value) => value >= 30 && value % 7 === 0 ? 1 : 0);
const mask = { data, shape: [slices, height, width] };
let made = 0;
const options = {
  algorithm: "Modèle 1",
  date: new Date("2026-11-24T10:20:30Z"),
  createUid: () => `2.25.${++made}`,
};

test("encodeDicomSegmentation packs bits across frames, the first pixel in the lowest", () => {
  const file = dicomParser.parseDicom(encodeDicomSegmentation(mask, geometry, options));
  const { dataOffset, length } = file.elements.x7fe00010;
  const bytes = file.byteArray.subarray(dataOffset, dataOffset + length);
  const bits = Array.from({ length: 90 }, (_, i) => bytes[i >> 3] >> (i & 7) & 1);
  assert.deepEqual(bits, Array.from(data.subarray(30)));
  assert.equal(length, 12);
});

test("encodeDicomSegmentation says what it is, and when, in letters that any reader has", () => {
  const file = dicomParser.parseDicom(encodeDicomSegmentation(mask, geometry, options));
  assert.equal(file.string("x00080060"), "SEG");
  assert.equal(file.string("x00080023"), "20261124");
  assert.equal(file.string("x00080033"), "102030");
  assert.match(file.string("x00700081")!, /not for clinical use/);
  const [segment] = file.elements.x00620002.items!;
  assert.equal(segment.dataSet!.string("x00620009"), "Mod?le 1");
  assert.equal(file.string("x00020003"), file.string("x00080018"));
  const [first, second] = [1, 2].map(() =>
    dicomParser.parseDicom(encodeDicomSegmentation(mask, geometry)).string("x00080018")
  );
  assert.notEqual(first, second);
  assert.match(first!, /^2\.25\.\d{1,39}$/);
});

test("encodeDicomSegmentation refuses a mask of another shape", () => {
  const other = { data, shape: [width, height, slices] };
  assert.throws(() => encodeDicomSegmentation(other, geometry), {
    name: "TypeError",
    message: /series' shape 4x5x6: current value is 6x5x4/,
  });
});
