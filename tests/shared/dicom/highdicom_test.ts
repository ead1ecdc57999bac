/** highdicom opens the DICOM-SEG that we write, on the series that it was drawn on; we open those that it writes. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeDicomSeries } from "../../../shared/dicom/decode.ts";
import {
  decodeDicomSegmentation,
  type DicomOutlineOptions,
} from "../../../shared/dicom/decode_segmentation.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import { placeOutline } from "../../../shared/place_outline.ts";
import { runPython, testWithPeers } from "../python_peers.ts";
import { listRepositoryFolder } from "../repository.ts";
import { expectedSeries, readSeries } from "./fixture.ts";

const fixtures = `${import.meta.dirname}/../../fixtures/dicom`;

function sourcesOf(name: string): string[] {
  return listRepositoryFolder(`tests/fixtures/dicom/${name}`)
    .map((file) => `${fixtures}/${name}/${file}`);
}

async function readWithHighdicom(name: string, segmentation: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), "gliomap-"));
  try {
    const path = join(folder, "segmentation.dcm");
    await writeFile(path, segmentation);
    return runPython(
      `${import.meta.dirname}/read_with_highdicom.py`,
      path,
      ...sourcesOf(name),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A file that highdicom writes onto a series, what is in it in our axes, and how many frames the file has. */
async function writeWithHighdicom(kind: string, name: string) {
  const folder = await mkdtemp(join(tmpdir(), "gliomap-"));
  try {
    const path = join(folder, "segmentation.dcm");
    const program = `${import.meta.dirname}/write_with_highdicom.py`;
    const { data, frames } = runPython(program, kind, path, ...sourcesOf(name));
    return { bytes: await readFile(path), data, frames };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A tumor in some voxels; a whole frame of the series, whichever of its axes that is, stays empty. */
function drawOn(name: string) {
  const { volume, geometry } = decodeDicomSeries(readSeries(name));
  const data = Uint8Array.from(volume.data, (value) => value % 3 === 0 && value >= 30 ? 1 : 0);
  return { mask: { data, shape: geometry.shape }, geometry };
}

const directions = Object.keys(expectedSeries).filter((name) => name.startsWith("direction_"));

for (const name of directions) {
  testWithPeers(`encodeDicomSegmentation: highdicom finds the mask of ${name}`, async () => {
    const { mask, geometry } = drawOn(name);
    const read = await readWithHighdicom(name, encodeDicomSegmentation(mask, geometry));
    assert.deepEqual(read.shape, mask.shape);
    assert.deepEqual(read.data, Array.from(mask.data));
    assert.equal(read.frames, 3);
    assert.equal(new Set(read.sources).size, 3);
    assert.equal(read.indicesAreUnique, true);
  });
}

testWithPeers(
  "encodeDicomSegmentation: patient, study and segment are as they should be",
  async () => {
    const { mask, geometry } = drawOn("explicit");
    const options = { algorithm: "Gliomap test" };
    const read = await readWithHighdicom(
      "explicit",
      encodeDicomSegmentation(mask, geometry, options),
    );
    assert.equal(read.patient, "Müller^Test");
    assert.equal(read.study, "1.2.826.0.1.3680043.8.498.1.1");
    assert.equal(read.frameOfReference, "1.2.826.0.1.3680043.8.498.1.9");
    assert.deepEqual(read.segment, ["Tumor", "Neoplasm", "Gliomap test"]);
    // What highdicom may write beyond what has to be there, or what it writes once for all frames.
    const optional = [
      "ContributingEquipmentSequence",
      "SegmentIdentificationSequence",
      "SegmentationAlgorithmIdentificationSequence",
      "SourceImageSequence",
    ];
    const absent = Object.values(read.absent as Record<string, string[]>).flat();
    assert.deepEqual(absent.filter((keyword) => !optional.includes(keyword)), []);
  },
);

testWithPeers("encodeDicomSegmentation: an empty mask keeps all frames", async () => {
  const { mask, geometry } = drawOn("explicit");
  const empty = { ...mask, data: new Uint8Array(mask.data.length) };
  const read = await readWithHighdicom("explicit", encodeDicomSegmentation(empty, geometry));
  assert.equal(read.frames, 4);
  assert.equal(read.data.includes(1), false);
});

testWithPeers(
  "encodeDicomSegmentation: frames of a multi-frame file are named by number",
  async () => {
    const { volume, geometry } = decodeDicomSeries(readSeries("enhanced"));
    const data = Uint8Array.from(volume.data, (value) => value > 100 ? 1 : 0);
    const mask = { data, shape: geometry.shape };
    const read = await readWithHighdicom("enhanced", encodeDicomSegmentation(mask, geometry));
    assert.deepEqual(read.data, Array.from(data));
    // The places of the frames in the file: the third lies second, and so on.
    assert.deepEqual(read.sourceFrames, geometry.frames.map(({ index }) => index + 1).slice(1));
  },
);

/** What is in a segmentation, in the voxels of its series. */
function readOnto(name: string, bytes: Uint8Array, options?: DicomOutlineOptions): number[] {
  const { geometry } = decodeDicomSeries(readSeries(name));
  const outline = decodeDicomSegmentation(bytes, options);
  const placement = { action: "compare", names: ["series", "outline"] } as const;
  return Array.from(placeOutline(outline.data, outline.geometry, geometry, placement));
}

for (const name of directions) {
  testWithPeers(`decodeDicomSegmentation reads highdicom's binary mask of ${name}`, async () => {
    const { bytes, data, frames } = await writeWithHighdicom("binary", name);
    assert.equal(frames, 3);
    assert.deepEqual(readOnto(name, bytes), data);
  });
}

testWithPeers("decodeDicomSegmentation reads a lone frame of highdicom's", async () => {
  const { bytes, data, frames } = await writeWithHighdicom("one_frame", "explicit");
  assert.equal(frames, 1);
  assert.deepEqual(readOnto("explicit", bytes), data);
});

testWithPeers(
  "decodeDicomSegmentation takes highdicom's segments together where asked, and refuses them otherwise",
  async () => {
    const { bytes, data } = await writeWithHighdicom("two_segments", "explicit");
    assert.deepEqual(readOnto("explicit", bytes, { labels: "any" }), data);
    assert.throws(
      () => decodeDicomSegmentation(bytes),
      /must have one segment, .*: current value is 2: Core, Edema/,
    );
  },
);

for (const kind of ["fractional", "fractional_run_lengths"]) {
  testWithPeers(`decodeDicomSegmentation reads highdicom's ${kind} probabilities`, async () => {
    const { bytes, data } = await writeWithHighdicom(kind, "explicit");
    // 255 steps from 0 to 1.
    const read = readOnto("explicit", bytes);
    read.forEach((value, i) => assert.ok(Math.abs(value - data[i]) <= 0.5 / 255 + 1e-6));
    assert.ok(read.some((value) => value > 0 && value < 1));
  });
}
