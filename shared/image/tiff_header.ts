/**
 * The size and layout of a TIFF's first image.
 *
 * @module
 */

import { ImageFormatError } from "./image_error.ts";
import { readTiffDirectory, tags, type TiffDirectory } from "./tiff_directory.ts";
import { assertReadableSamples, type SampleLayout } from "./tiff_samples.ts";

/** What the first directory of a TIFF says. */
export interface TiffHeader extends SampleLayout {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  /** Channels of the decoded slice: a palette becomes RGB, transparency is dropped. */
  readonly channels: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette. */
  readonly photometric: number;
  /** 1 none, 5 LZW, 8 and 32946 deflate, 32773 PackBits. */
  readonly compression: number;
  /** Samples are stored as differences along their rows. */
  readonly differences: boolean;
  /** Each channel has blocks of its own, all of one channel before those of the next. */
  readonly planar: boolean;
  /** The image is cut into tiles, all of the same size, rather than into strips, the last of which may be shorter. */
  readonly tiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Where each block starts in the file. */
  readonly offsets: readonly number[];
  /** How many bytes each block has. */
  readonly byteCounts: readonly number[];
  /** All reds, then all greens, then all blues, of 16 bits. */
  readonly palette: readonly number[];
}

/** An image may have this many samples for each pixel: four sequences, or color and transparency. */
const maxSamples = 4;

/** Strips or tiles that an image may have; each takes a moment to inflate, and all may be one and the same. */
const maxBlocks = 2 ** 14;

/**
 * Reads the size and layout of the first image of a TIFF or BigTIFF.
 *
 * @throws {ImageFormatError} when it is not an image that can be decoded.
 * @throws {RangeError} when the bytes end before the directory does.
 */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const directory = readTiffDirectory(bytes);
  const value = (tag: number, otherwise: number) => directory.values(tag)[0] ?? otherwise;
  const width = value(tags.width, 0), height = value(tags.height, 0);
  const samplesPerPixel = value(tags.samplesPerPixel, 1);
  const photometric = value(tags.photometric, 1);
  const tiled = directory.values(tags.tileOffsets).length > 0;
  const header: TiffHeader = {
    littleEndian: directory.littleEndian,
    width,
    height,
    samplesPerPixel,
    bitsPerSample: sameForAll(directory, tags.bitsPerSample, "bits per sample"),
    sampleFormat: sameForAll(directory, tags.sampleFormat, "sample format"),
    channels: channelsOf(photometric, samplesPerPixel, directory.values(tags.extraSamples)),
    photometric,
    compression: value(tags.compression, 1),
    differences: value(tags.predictor, 1) !== 1,
    planar: value(tags.planarConfiguration, 1) === 2,
    tiled,
    blockWidth: tiled ? value(tags.tileWidth, 0) : width,
    blockHeight: tiled
      ? value(tags.tileHeight, 0)
      : Math.min(value(tags.rowsPerStrip, height), height),
    offsets: directory.values(tiled ? tags.tileOffsets : tags.stripOffsets),
    byteCounts: directory.values(tiled ? tags.tileByteCounts : tags.stripByteCounts),
    palette: directory.values(tags.colorMap),
  };
  assertReadableSamples(header);
  assertCompression(header.compression, value(tags.predictor, 1), header.bitsPerSample);
  assertBlocks(header);
  demand(value(tags.fillOrder, 1) === 1, "bits must be filled from the highest", "the lowest");
  return header;
}

function demand(fine: boolean, expected: string, value: unknown): void {
  if (fine) return;
  throw new ImageFormatError(`Cannot decode the TIFF as ${expected}: current value is ${value}`);
}

/** The value that a tag gives for every sample; both tags that do so have 1 as their default. */
function sameForAll(directory: TiffDirectory, tag: number, name: string): number {
  const values = directory.values(tag), [first = 1] = values;
  demand(
    values.every((value) => value === first),
    `its ${name} must be the same for every channel`,
    values.slice(0, maxSamples).join(", "),
  );
  return first;
}

function channelsOf(photometric: number, samples: number, extra: readonly number[]): number {
  demand(
    samples >= 1 && samples <= maxSamples,
    `it must have 1 to ${maxSamples} samples per pixel`,
    samples,
  );
  // 1 and 2 mark a sample as transparency; 0 leaves its meaning open, so in a gray image it is a channel.
  const gray = samples - extra.filter((kind) => kind === 1 || kind === 2).length;
  if ((photometric === 0 || photometric === 1) && gray >= 1) return gray;
  if (photometric === 2 && samples >= 3) return 3;
  if (photometric === 3 && samples === 1) return 3;
  throw new ImageFormatError(
    "Cannot decode the TIFF as it must be gray, RGB of 3 samples per pixel, or a palette of 1: " +
      `current values are photometric interpretation ${photometric} and ${samples} samples`,
  );
}

function assertCompression(compression: number, predictor: number, bits: number): void {
  demand(
    [1, 5, 8, 32946, 32773].includes(compression),
    "it must be compressed without loss, by LZW, deflate or PackBits, or not at all",
    `compression ${compression}`,
  );
  demand(
    predictor === 1 || (predictor === 2 && bits >= 8),
    "its predictor must be none (1), or horizontal differences (2) of 8 bits or more",
    `predictor ${predictor} with ${bits} bits`,
  );
}

/** A block of no width could never fill an image, tiny ones take forever, and a huge one would be allocated whole. */
function assertBlocks(header: TiffHeader): void {
  const { width, height, tiled, blockWidth, blockHeight, offsets, byteCounts } = header;
  if (width === 0 || height === 0) return;
  const fits = (block: number, side: number) =>
    block >= (tiled ? 16 : 1) && block <= Math.max(side, 1024);
  demand(
    fits(blockWidth, width) && fits(blockHeight, height),
    `its ${tiled ? "tiles" : "strips"} must fit its size ${width}x${height}`,
    `${blockWidth}x${blockHeight}`,
  );
  const planes = header.planar ? header.samplesPerPixel : 1;
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * planes;
  demand(
    blocks <= maxBlocks &&
      blocks * blockWidth * blockHeight <= 4 * planes * width * height + 2 ** 22,
    `it must have at most ${maxBlocks} ${
      tiled ? "tiles" : "strips"
    }, of not many more pixels than it has`,
    `${blocks} of ${blockWidth}x${blockHeight}`,
  );
  demand(
    offsets.length >= blocks && byteCounts.length >= blocks,
    `it must say where each of its ${blocks} ${tiled ? "tiles" : "strips"} lies`,
    `${offsets.length} offsets and ${byteCounts.length} lengths`,
  );
}
