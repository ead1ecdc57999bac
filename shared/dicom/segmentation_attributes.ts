/**
 * What a DICOM-SEG says beside its pixels: patient and study, the new series, the segment. Source: DICOM PS3.3, A.51.
 *
 * @module
 */

import { textOf } from "./data_set.ts";
import type { Attributes } from "./encode.ts";
import type { DicomFrame } from "./frame.ts";

/** Segmentation Storage. */
export const segmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";

const copied = {
  SpecificCharacterSet: "CS",
  StudyDate: "DA",
  StudyTime: "TM",
  AccessionNumber: "SH",
  ReferringPhysicianName: "PN",
  StudyDescription: "LO",
  PatientName: "PN",
  PatientID: "LO",
  PatientBirthDate: "DA",
  PatientSex: "CS",
  PatientAge: "AS",
  PatientWeight: "DS",
  StudyInstanceUID: "UI",
  StudyID: "SH",
  FrameOfReferenceUID: "UI",
  PositionReferenceIndicator: "LO",
} as const;

/** Those that have to be there, even if with nothing in them. */
const neverMissing: ReadonlySet<string> = new Set([
  "StudyDate",
  "StudyTime",
  "AccessionNumber",
  "ReferringPhysicianName",
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientSex",
  "StudyInstanceUID",
  "StudyID",
  "FrameOfReferenceUID",
  "PositionReferenceIndicator",
]);

/** Patient, study and frame of reference, letter by letter as in the series. */
export function copiedAttributes({ file: { dataSet } }: DicomFrame): Attributes {
  const keywords = Object.keys(copied) as (keyof typeof copied)[];
  return Object.fromEntries(keywords.flatMap((keyword) => {
    const text = textOf(dataSet, keyword);
    if (text === undefined && !neverMissing.has(keyword)) return [];
    return [[keyword, [copied[keyword], text ?? ""]]];
  }));
}

function timesOf(date: Date): { readonly day: string; readonly time: string } {
  const [day, time] = date.toISOString().replaceAll(/[-:]/g, "").split("T");
  return { day, time: time.slice(0, 6) };
}

/** What the new series and its only instance are. */
export function generalAttributes(
  sopInstance: string,
  series: string,
  date: Date,
): Attributes {
  const { day, time } = timesOf(date);
  return {
    ImageType: ["CS", "DERIVED\\PRIMARY"],
    InstanceCreationDate: ["DA", day],
    InstanceCreationTime: ["TM", time],
    SOPClassUID: ["UI", segmentationClass],
    SOPInstanceUID: ["UI", sopInstance],
    SeriesDate: ["DA", day],
    SeriesTime: ["TM", time],
    ContentDate: ["DA", day],
    ContentTime: ["TM", time],
    Modality: ["CS", "SEG"],
    Manufacturer: ["LO", "Gliomap"],
    ManufacturerModelName: ["LO", "Gliomap"],
    DeviceSerialNumber: ["LO", "1"],
    SoftwareVersions: ["LO", "1"],
    SeriesDescription: ["LO", "Tumor outline, not for clinical use"],
    SeriesInstanceUID: ["UI", series],
    SeriesNumber: ["IS", "1"],
    InstanceNumber: ["IS", "1"],
    ContentLabel: ["CS", "TUMOR"],
    ContentDescription: ["LO", "For research only: not for clinical use"],
    ContentCreatorName: ["PN", "Gliomap^"],
  };
}

/** A concept, by its code in a terminology. */
export function code(value: string, scheme: string, meaning: string): ["SQ", [Attributes]] {
  return ["SQ", [{
    CodeValue: ["SH", value],
    CodingSchemeDesignator: ["SH", scheme],
    CodeMeaning: ["LO", meaning],
  }]];
}

/** The only segment: a tumor, and what drew it. */
export function segmentAttributes(algorithm: string): Attributes {
  const name = Array.from(algorithm, (letter) => letter.charCodeAt(0) < 127 ? letter : "?").join(
    "",
  );
  return {
    SegmentationType: ["CS", "BINARY"],
    SegmentsOverlap: ["CS", "NO"],
    SegmentSequence: ["SQ", [{
      SegmentedPropertyCategoryCodeSequence: code(
        "49755003",
        "SCT",
        "Morphologically Abnormal Structure",
      ),
      SegmentNumber: ["US", [1]],
      SegmentLabel: ["LO", "Tumor"],
      SegmentDescription: ["ST", "Outline of a brain tumor. Not for clinical use."],
      SegmentAlgorithmType: ["CS", "AUTOMATIC"],
      SegmentAlgorithmName: ["LO", name.slice(0, 64)],
      // Red: CIE L*a*b* 53, 80, 67 in the range of 16 bits.
      RecommendedDisplayCIELabValue: ["US", [34885, 53485, 50171]],
      SegmentedPropertyTypeCodeSequence: code("108369006", "SCT", "Neoplasm"),
    }]],
  };
}
