/**
 * A mask as a DICOM Segmentation (DICOM-SEG), which viewers lay over the series it was made from. Source: DICOM PS3.3,
 * A.51 and C.8.20; its makeup is that of highdicom 0.28.
 *
 * @module
 */

import { forEachVoxel, stridesOf } from "../display_axes.ts";
import { formatShape } from "../shape.ts";
import type { Mask } from "../volume.ts";
import { textOf } from "./data_set.ts";
import type { DicomGeometry } from "./decode.ts";
import { type Attributes, decimalText, encodeDicom, uidOfUuid } from "./encode.ts";
import { type DicomFrame, referenceOf } from "./frame.ts";
import {
  code,
  copiedAttributes,
  generalAttributes,
  segmentationClass,
  segmentAttributes,
} from "./segmentation_attributes.ts";
import { tags } from "./tags.ts";

/** What a segmentation says about itself. */
export interface DicomSegmentationOptions {
  /** The model that drew it. @default "Gliomap" */
  readonly algorithm?: string;
  /** When it was drawn. @default now */
  readonly date?: Date;
  /** Makes the UIDs of the new series, its instance and its dimensions. @default random ones */
  readonly createUid?: () => string;
}

/**
 * A mask as a DICOM-SEG file of one binary segment, in the frames of the series that was segmented. Patient and study
 * are those of the series. Frames without tumor are left out, unless there is none at all.
 *
 * @param mask Shape [slices, height, width], as `decodeDicomSeries` gave the volume.
 * @param geometry That of the series, from `decodeDicomSeries`.
 * @throws {TypeError} when the mask has not the series' shape.
 * @throws {ImageFormatError} when the series does not say what it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { decodeDicomSeries } from "./decode.ts";
 * import { placeOutline } from "../place_outline.ts";
 * import { decodeDicomSegmentation } from "./decode_segmentation.ts";
 * const paths = [0, 1, 2, 3].map((n) => `tests/fixtures/dicom/explicit/${n}.dcm`);
 * const { volume, geometry } = decodeDicomSeries(await Promise.all(paths.map((path) => readFile(path))));
 * const { data, slices, height, width } = volume;
 * const mask = { data: Uint8Array.from(data, (value) => value > 100 ? 1 : 0), shape: [slices, height, width] };
 * const outline = decodeDicomSegmentation(encodeDicomSegmentation(mask, geometry));
 * // Frames without tumor are not in the file.
 * const placement = { action: "read back", names: ["series", "outline"] } as const;
 * assert.deepEqual(placeOutline(outline.data, outline.geometry, geometry, placement), mask.data);
 * ```
 */
export function encodeDicomSegmentation(
  mask: Mask,
  geometry: DicomGeometry,
  {
    algorithm = "Gliomap",
    date = new Date(),
    createUid = () => uidOfUuid(crypto.randomUUID()),
  }: DicomSegmentationOptions = {},
): Uint8Array {
  if (formatShape(mask.shape) !== formatShape(geometry.shape)) {
    throw new TypeError(
      `Cannot encode a DICOM-SEG as the mask must have the series' shape ${
        formatShape(geometry.shape)
      }: current value is ${formatShape(mask.shape)}`,
    );
  }
  const drawn = drawnFrames(mask, geometry);
  const sopInstance = createUid();
  const attributes: Attributes = {
    ...copiedAttributes(geometry.frames[0]),
    ...generalAttributes(sopInstance, createUid(), date),
    ...referencedSeries(geometry.frames),
    ...segmentAttributes(algorithm),
    ...frameAttributes(drawn, geometry, createUid()),
    PixelData: ["OB", packedBits(drawn.map(({ pixels }) => pixels))],
  };
  return encodeDicom(segmentationClass, sopInstance, attributes);
}

/** A frame of the series, its number in order of place (from 1), and the tumor in it. */
interface DrawnFrame {
  readonly frame: DicomFrame;
  readonly place: number;
  /** 0 or 1, [rows, columns] of the frame. */
  readonly pixels: Uint8Array;
}

function drawnFrames(mask: Mask, { shape, frames, axes }: DicomGeometry): DrawnFrame[] {
  const { rows, columns } = frames[0].format, size = rows * columns;
  const stored = new Uint8Array(mask.data.length);
  const strides = stridesOf([columns, rows, frames.length], [1, columns, size], axes);
  forEachVoxel(shape, strides, (to, from) => stored[to] = mask.data[from]);
  const all = frames.map((frame, i) => ({
    frame,
    place: i + 1,
    pixels: stored.subarray(i * size, (i + 1) * size),
  }));
  const withTumor = all.filter(({ pixels }) => pixels.includes(1));
  return withTumor.length > 0 ? withTumor : all;
}

/** Eight pixels a byte, the first in the lowest bit, frames after each other without gaps. */
function packedBits(frames: readonly Uint8Array[]): Uint8Array {
  const size = frames[0].length, bytes = new Uint8Array(Math.ceil(frames.length * size / 8));
  frames.forEach((pixels, frame) =>
    pixels.forEach((value, i) => {
      const bit = frame * size + i;
      bytes[bit >> 3] |= value << (bit & 7);
    })
  );
  return bytes;
}

/** Every file that the series consists of. */
function referencedSeries(frames: readonly DicomFrame[]): Attributes {
  const files = new Map(frames.map((frame) => [frame.file, frame]));
  const instances = [...files.values()].map(instanceReference);
  const series = textOf(frames[0].file.dataSet, "SeriesInstanceUID") ?? "";
  return {
    ReferencedSeriesSequence: ["SQ", [{
      SeriesInstanceUID: ["UI", series],
      ReferencedInstanceSequence: ["SQ", instances],
    }]],
  };
}

function instanceReference(frame: DicomFrame): Attributes {
  const { sopClass, sopInstance } = referenceOf(frame);
  return { ReferencedSOPClassUID: ["UI", sopClass], ReferencedSOPInstanceUID: ["UI", sopInstance] };
}

function frameAttributes(
  drawn: readonly DrawnFrame[],
  geometry: DicomGeometry,
  dimensions: string,
): Attributes {
  const [{ frame }] = drawn, { rows, columns } = frame.format;
  const organization: Attributes = { DimensionOrganizationUID: ["UI", dimensions] };
  return {
    SamplesPerPixel: ["US", [1]],
    PhotometricInterpretation: ["CS", "MONOCHROME2"],
    NumberOfFrames: ["IS", String(drawn.length)],
    Rows: ["US", [rows]],
    Columns: ["US", [columns]],
    BitsAllocated: ["US", [1]],
    BitsStored: ["US", [1]],
    HighBit: ["US", [0]],
    PixelRepresentation: ["US", [0]],
    PresentationLUTShape: ["CS", "IDENTITY"],
    LossyImageCompression: ["CS", "00"],
    DimensionOrganizationSequence: ["SQ", [organization]],
    DimensionIndexSequence: ["SQ", [
      dimension(
        organization,
        "Segment number",
        "ReferencedSegmentNumber",
        "SegmentIdentificationSequence",
      ),
      dimension(organization, "Position", "ImagePositionPatient", "PlanePositionSequence"),
    ]],
    SharedFunctionalGroupsSequence: ["SQ", [sharedGroups(frame, geometry)]],
    PerFrameFunctionalGroupsSequence: ["SQ", drawn.map(ownGroups)],
  };
}

function dimension(
  organization: Attributes,
  label: string,
  pointer: keyof typeof tags,
  group: keyof typeof tags,
): Attributes {
  return {
    ...organization,
    DimensionIndexPointer: ["AT", [tags[pointer]]],
    FunctionalGroupPointer: ["AT", [tags[group]]],
    DimensionDescriptionLabel: ["LO", label],
  };
}

function decimals(values: readonly number[]): string {
  return values.map(decimalText).join("\\");
}

/** What holds for every frame: directions, and the size of a voxel. */
function sharedGroups(frame: DicomFrame, { spacing, axes }: DicomGeometry): Attributes {
  const betweenFrames = decimalText(spacing[axes.from.indexOf(2)]);
  return {
    PlaneOrientationSequence: ["SQ", [{
      ImageOrientationPatient: ["DS", decimals([...frame.along, ...frame.down])],
    }]],
    PixelMeasuresSequence: ["SQ", [{
      SliceThickness: ["DS", betweenFrames],
      SpacingBetweenSlices: ["DS", betweenFrames],
      PixelSpacing: ["DS", decimals(frame.pixelSpacing)],
    }]],
  };
}

/** Where a frame lies, and what it was drawn on. */
function ownGroups({ frame, place }: DrawnFrame): Attributes {
  const source: Attributes = {
    ...instanceReference(frame),
    ...frame.format.frames > 1 && { ReferencedFrameNumber: ["IS", String(frame.index + 1)] },
    SpatialLocationsPreserved: ["CS", "YES"],
    PurposeOfReferenceCodeSequence: code(
      "121322",
      "DCM",
      "Source image for image processing operation",
    ),
  };
  return {
    DerivationImageSequence: ["SQ", [{
      SourceImageSequence: ["SQ", [source]],
      DerivationCodeSequence: code("113076", "DCM", "Segmentation"),
    }]],
    FrameContentSequence: ["SQ", [{ DimensionIndexValues: ["UL", [1, place]] }]],
    PlanePositionSequence: ["SQ", [{ ImagePositionPatient: ["DS", decimals(frame.position)] }]],
    SegmentIdentificationSequence: ["SQ", [{ ReferencedSegmentNumber: ["US", [1]] }]],
  };
}
