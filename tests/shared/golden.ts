/**
 * The reference numbers in tests/golden, and the volumes they were measured on.
 *
 * @module
 */

import { decodeImage } from "../../shared/image/decode.ts";
import { decodeRunLength, type RunLengthMask } from "../../shared/run_length.ts";
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
  /** With a spacing of 1; not measured where a mask is empty. */
  readonly hausdorff?: number;
  readonly hausdorff95?: number;
  readonly average_surface_distance_symmetric?: number;
  readonly surface_dice_tolerance1?: number;
}

/** A prediction of the reference model, or noise, with what MONAI measured on it. */
export interface SurfaceCase {
  readonly name: string;
  readonly prediction: Mask;
  readonly reference: Mask;
  readonly overlap: OverlapMeasures;
  readonly measured: readonly SurfaceMeasures[];
}

/** MONAI's numbers of the voxels that both masks have, or one. */
export interface OverlapMeasures {
  readonly dice: number;
  readonly iou: number;
  readonly sensitivity: number;
  readonly precision: number;
  readonly specificity: number;
}

/** MONAI's numbers for one spacing. */
export interface SurfaceMeasures {
  readonly spacing: readonly number[];
  readonly hausdorff: number;
  readonly hausdorff95: number;
  readonly hausdorff50: number;
  readonly average_surface_distance_symmetric: number;
  readonly "surface_dice_tolerance0.3": number;
  readonly surface_dice_tolerance1: number;
  readonly surface_dice_tolerance2: number;
  readonly surface_dice_tolerance5: number;
}

/** MONAI's calibration errors of PyTorch's probabilities for one slice. */
export interface CalibrationCase {
  readonly patient: string;
  readonly slice: number;
  readonly expected_calibration_error_10_bins: number;
  readonly expected_calibration_error_20_bins: number;
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

interface WrittenSurfaceCase {
  readonly name: string;
  readonly prediction: RunLengthMask;
  readonly reference: RunLengthMask;
  readonly overlap: OverlapMeasures;
  readonly measured: readonly SurfaceMeasures[];
}

/** The cases of surface_metrics.json. */
export function readSurfaceCases(): SurfaceCase[] {
  const { cases } = readGoldenJson("surface_metrics.json");
  return cases.map(({ prediction, reference, ...rest }: WrittenSurfaceCase) => ({
    ...rest,
    prediction: decodeRunLength(prediction),
    reference: decodeRunLength(reference),
  }));
}

/** The calibration errors of surface_metrics.json. */
export function readCalibrationCases(): CalibrationCase[] {
  return readGoldenJson("surface_metrics.json").calibration;
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

/** Differences between two models' Dice, a patient each, with what scipy found of them. */
export interface Comparison {
  readonly differences: readonly number[];
  readonly positiveRanks: number;
  /** Null for more pairs than are counted out. */
  readonly exactP: number | null;
  readonly normalP: number;
  /** The bootstrap's 95 % interval of the mean; not measured for a few pairs. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** The cases of comparisons.json. */
export function readComparisons(): Comparison[] {
  return readGoldenJson("comparisons.json").cases;
}
