/**
 * The reference numbers in tests/golden, and the volumes they were measured on.
 *
 * @module
 */

import { decodeImage } from "../../shared/image/decode.ts";
import type { Mask, Volume } from "../../shared/volume.ts";
import { listRepositoryFolder, readRepositoryFile } from "./repository.ts";

/** One pair of masks with what MONAI measured on it; null where a metric is not defined. */
export interface MetricCase {
  readonly prediction: Mask;
  readonly reference: Mask;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly dice: number | null;
  readonly iou: number | null;
}

/** What the reference implementation found in one patient's volume. */
export interface GoldenVolume {
  readonly slices: number;
  readonly p10: readonly number[];
  readonly p99: readonly number[];
  readonly mean_after: readonly number[];
  readonly largest_tumor_slice: string;
  readonly voxel_128_128: readonly number[];
  readonly tumor_voxels: number;
}

function readGoldenJson(name: string) {
  return JSON.parse(new TextDecoder().decode(readRepositoryFile(`tests/golden/${name}`)));
}

/** A case as metrics.json writes it: masks as text of zeros and ones, the reference called truth. */
interface WrittenCase extends Omit<MetricCase, "prediction" | "reference"> {
  readonly prediction: string;
  readonly truth: string;
  readonly shape: readonly number[];
}

/** The cases of metrics.json. */
export function readMetricCases(): MetricCase[] {
  const { cases } = readGoldenJson("metrics.json");
  return cases.map(({ prediction, truth, shape, ...metrics }: WrittenCase) => ({
    ...metrics,
    prediction: { data: Uint8Array.from(prediction, Number), shape },
    reference: { data: Uint8Array.from(truth, Number), shape },
  }));
}

/** The patients of volumes.json. */
export function readGoldenVolumes(): [string, GoldenVolume][] {
  return Object.entries(readGoldenJson("volumes.json"));
}

/** A tensor of forward.safetensors, all of which hold 32-bit floats. */
export function readForwardTensor(name: string): Float32Array {
  const bytes = readRepositoryFile("tests/golden/forward.safetensors");
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  const [start, end] = header[name].data_offsets;
  return new Float32Array(bytes.slice(8 + headerLength + start, 8 + headerLength + end).buffer);
}

/** All slices of a sample patient, stacked in the order of their numbers. */
export async function readSampleVolume(patient: string): Promise<Volume> {
  const folder = `train/sample/${patient}`;
  const count = listRepositoryFolder(folder).filter((name) => name.endsWith("_mask.tif")).length;
  const slices = await Promise.all(
    Array.from(
      { length: count },
      (_, index) => decodeImage(readRepositoryFile(`${folder}/${patient}_${index + 1}.tif`)),
    ),
  );
  const { height, width, channels } = slices[0];
  const data = new Uint8Array(count * height * width * channels);
  slices.forEach((slice, index) => data.set(slice.data, index * slice.data.length));
  return { data, slices: count, height, width, channels };
}
