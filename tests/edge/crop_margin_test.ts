/**
 * Why slices are not cropped to the head: how far the networks that ship look, and what a crop with so wide a margin,
 * within which the mask provably stays the same, leaves out of real slices.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { readModel } from "../../edge/model_files.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { createEngine, type Engine } from "../../shared/inference/engine.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { applyScalingPlanar, volumeScaling } from "../../shared/scaling.ts";
import { stackSlices } from "../../shared/stack_slices.ts";
import { sliceOf, type Volume } from "../../shared/volume.ts";
import { readReference, root } from "./support/files.ts";

const { wasmBinary } = await readReference();
const sample = new URL("train/sample/", root);
const readme = await readFile(new URL("edge/README.md", root), "utf8");

/** Pixels of the network's image, in each direction, that can have a part in a pixel of its output. */
function widestReach({ input: { sizeMultiple } }: ModelCard): number {
  const levels = Math.log2(sizeMultiple) + 1;
  // Two 3x3 convolutions on the way down and two on the way up, but two in all at the bottom; poolings and what undoes
  // them look at pairs of pixels.
  const convolutions = Array.from(
    { length: levels },
    (_, level) => (level === levels - 1 ? 2 : 4) * 2 ** level,
  );
  return convolutions.reduce((sum, reach) => sum + reach) + sizeMultiple - 1;
}

/** How far from a single pixel, in the middle of an image, the output is another. */
async function measuredReach(engine: Engine, { input }: ModelCard): Promise<number> {
  const side = 512, middle = side / 2, channels = input.sequences.length;
  const shape = [1, channels, side, side] as const;
  const image = new Float32Array(channels * side * side);
  const plain = (await engine.run(image, shape)).slice();
  for (let channel = 0; channel < channels; channel++) {
    image[(channel * side + middle) * side + middle] = 1.5;
  }
  const changed = await engine.run(image, shape);
  let reach = 0;
  for (const [place, value] of changed.entries()) {
    if (value === plain[place]) continue;
    const row = Math.floor(place / side), column = place % side;
    reach = Math.max(reach, Math.abs(row - middle), Math.abs(column - middle));
  }
  return reach;
}

async function readVolume(patient: string): Promise<Volume> {
  const folder = new URL(`${patient}/`, sample);
  const images = (await readdir(folder)).filter((name) => /_\d+\.tif$/.test(name));
  return stackSlices(
    await Promise.all(
      images.map(async (name) => await decodeImage(await readFile(new URL(name, folder)))),
    ),
  );
}

/** What a crop of a slice to all that is not black, and a margin, keeps of it: from 0 to 1. */
function keptPart(planar: Float32Array, height: number, width: number, margin: number): number {
  const plane = height * width;
  let top = height, bottom = -1, left = width, right = -1;
  for (const [place, value] of planar.entries()) {
    if (value === planar[place - place % plane]) continue;
    const row = Math.floor(place % plane / width), column = place % width;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  const rows = Math.min(height, bottom + margin + 1) - Math.max(0, top - margin);
  const columns = Math.min(width, right + margin + 1) - Math.max(0, left - margin);
  return bottom < 0 ? 0 : rows * columns / plane;
}

const patients = (await readdir(sample)).filter((name) => name.startsWith("TCGA_"));
const volumes = await Promise.all(patients.map(readVolume));

for (const name of ["preview", "unet"]) {
  Deno.test(`${name} looks so far that the provable crop of any sample slice is the whole slice`, async () => {
    const { model, card } = await readModel(new URL(`edge/models/${name}/`, root));
    const engine = await createEngine({ model, wasmBinary });
    const reach = await measuredReach(engine, card), widest = widestReach(card);
    await engine.release();
    // The change arrives all over what the convolutions span, and nowhere beyond what can be.
    assert.ok(reach <= widest && reach > 0.85 * widest, `${reach} of ${widest}`);

    const margin = reach * (card.input.downsampling ?? 1);
    const kept = volumes.flatMap((volume) => {
      const scaling = volumeScaling(volume, card.preprocessing);
      return Array.from({ length: volume.slices }, (_, slice) => {
        const planar = applyScalingPlanar(sliceOf(volume, slice), scaling);
        return keptPart(planar, volume.height, volume.width, margin);
      });
    });
    const whole = kept.filter((part) => part === 1).length;
    assert.match(
      readme.replaceAll(/\s+/g, " "),
      new RegExp(`${margin} pixels for \`${name}\`.* in all ${kept.length} slices of the sample`),
    );
    assert.equal(whole, kept.length);
  });
}
