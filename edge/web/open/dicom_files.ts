/** DICOM files: a series, or one for each sequence. */

import { parseDicom, textOf } from "../../../shared/dicom/data_set.ts";
import {
  decodeDicomSeries,
  type DicomLimits,
  type DicomVolume,
} from "../../../shared/dicom/decode.ts";
import { decodeDicomSegmentation } from "../../../shared/dicom/decode_segmentation.ts";
import { assertSameGeometry } from "../../../shared/geometry.ts";
import { maskOfOutline } from "../../../shared/place_outline.ts";
import { printable, quoted } from "../../../shared/printable.ts";
import { type Sequence, sequences } from "../../../shared/sequence.ts";
import { sequenceOfName } from "../../../shared/sequence_of_name.ts";
import type { Volume } from "../../../shared/volume.ts";
import { volumeOfSequences } from "../../../shared/volume_of_sequences.ts";
import { stem } from "./file_kind.ts";
import { naming } from "./name_file.ts";
import type { NamedMask, ReadScan } from "./scan.ts";

/** The files of one series, and what it says it is. */
interface Series {
  readonly description: string;
  readonly files: Uint8Array[];
}

/**
 * The scan in one series, or in several of one sequence each, whose descriptions tell which.
 *
 * @param onFile Called after each file.
 * @param limits Of all series together.
 * @throws {Error} where a file cannot be read, or the files do not make a scan.
 */
export async function readDicomFiles(
  files: readonly File[],
  onFile: () => void,
  limits?: DicomLimits,
): Promise<ReadScan> {
  const found = await seriesOf(files, onFile);
  // Each series becomes a channel of the whole.
  const each = limits?.maxValues && Math.floor(limits.maxValues / found.length);
  const decoded = found.map(({ files }) =>
    decodeDicomSeries(files, { ...limits, maxValues: each })
  );
  const { volume, geometry, notes } = found.length === 1
    ? { ...decoded[0], notes: [] }
    : joined(found, decoded);
  const name = found.length === 1 ? found[0].description || "series" : `${found.length} series`;
  const sliceNames = Array.from({ length: volume.slices }, (_, index) => `slice_${index + 1}`);
  return { name, kind: "dicom", volume, sliceNames, geometry, notes, files };
}

/** The mask in a DICOM-SEG; all segments count as tumor, and fractions over 0.5. */
export async function readDicomMask(file: File): Promise<NamedMask> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { data, geometry } = await naming(
    file,
    () => decodeDicomSegmentation(bytes, { labels: "any" }),
  );
  const mask = maskOfOutline(data, geometry.shape);
  return { name: stem(file.name), mask, geometry, sparse: true };
}

async function seriesOf(files: readonly File[], onFile: () => void): Promise<Series[]> {
  const found = new Map<string, Series>();
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { uid, description } = await headerOf(file, bytes);
    if (!found.has(uid)) found.set(uid, { description, files: [] });
    found.get(uid)!.files.push(bytes);
    onFile();
  }
  return [...found.values()];
}

async function headerOf(file: File, bytes: Uint8Array) {
  const { dataSet } = await naming(file, () => parseDicom(bytes));
  return {
    uid: textOf(dataSet, "SeriesInstanceUID") ?? "",
    description: textOf(dataSet, "SeriesDescription") ?? "",
  };
}

function joined(found: readonly Series[], decoded: readonly DicomVolume[]) {
  const volumes: Partial<Record<Sequence, Volume>> = {};
  found.forEach(({ description }, index) => {
    const sequence = sequenceOfName(description);
    if (!sequence) {
      throw new Error(
        `The description of each series must tell its sequence, as in flair, t1 or t1 post: ${
          quoted(description)
        } does not.`,
      );
    }
    if (volumes[sequence]) throw new Error(`There must be one series of ${sequence}, not several.`);
    const names = [printable(found[0].description), printable(description)] as const;
    const [first, other] = [decoded[0].geometry, decoded[index].geometry];
    assertSameGeometry("open the series together", names, first, other);
    volumes[sequence] = decoded[index].volume;
  });
  const missing = sequences.filter((name) => !volumes[name]);
  const notes = missing.map((name) => `There is no ${name}: FLAIR stands in for it.`);
  return { volume: volumeOfSequences(volumes), geometry: decoded[0].geometry, notes };
}
