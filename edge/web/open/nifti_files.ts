/** NIfTI files: a scan in one file, or in one for each sequence. */

import { assertSameGeometry } from "../../../shared/geometry.ts";
import {
  decodeNifti,
  decodeNiftiMask,
  type NiftiLimits,
  type NiftiVolume,
} from "../../../shared/nifti/decode.ts";
import { printable } from "../../../shared/printable.ts";
import { type Sequence, sequences } from "../../../shared/sequence.ts";
import { sequenceOfName } from "../../../shared/sequence_of_name.ts";
import type { Volume } from "../../../shared/volume.ts";
import { volumeOfSequences } from "../../../shared/volume_of_sequences.ts";
import { stem } from "./file_kind.ts";
import { naming } from "./name_file.ts";
import type { NamedMask, ReadScan } from "./scan.ts";

function decodeFile<Decoded>(
  decode: (bytes: Uint8Array) => Promise<Decoded>,
  file: File,
): Promise<Decoded> {
  return naming(file, async () => await decode(new Uint8Array(await file.arrayBuffer())));
}

/** The mask of a whole scan; every label counts as tumor. */
export async function readNiftiMask(file: File): Promise<NamedMask> {
  const decoded = await decodeFile((bytes) => decodeNiftiMask(bytes, { labels: "any" }), file);
  return { name: stem(file.name), ...decoded };
}

/**
 * The scan in one file, of one or three channels, or in several of one sequence each.
 *
 * @param onFile Called after each file.
 * @param limits Of each file.
 * @throws {Error} where a file cannot be read, or the files do not make a scan.
 */
export async function readNiftiFiles(
  files: readonly File[],
  onFile: () => void,
  limits?: NiftiLimits,
): Promise<ReadScan> {
  const decoded: NiftiVolume[] = [];
  for (const file of files) {
    decoded.push(await decodeFile((bytes) => decodeNifti(bytes, limits), file));
    onFile();
  }
  const { volume, notes } = files.length === 1
    ? loneVolume(decoded[0].volume)
    : joinedVolume(files, decoded);
  const name = files.length === 1 ? files[0].name : `${files.length} sequences`;
  const sliceNames = Array.from(
    { length: volume.slices },
    (_, index) => `${stem(files[0].name)}_${index + 1}`,
  );
  return { name, kind: "nifti", volume, sliceNames, geometry: decoded[0].geometry, notes, files };
}

function loneVolume(volume: Volume): { volume: Volume; notes: string[] } {
  if (volume.channels === 1) return { volume, notes: [] };
  if (volume.channels !== sequences.length) {
    throw new Error(
      `A NIfTI must have one channel, or three: ${
        sequences.join(", ")
      }. This one has ${volume.channels}.`,
    );
  }
  return { volume, notes: [`The three channels are taken to be ${sequences.join(", ")}.`] };
}

function joinedVolume(
  files: readonly File[],
  decoded: readonly NiftiVolume[],
): { volume: Volume; notes: string[] } {
  const found: Partial<Record<Sequence, Volume>> = {};
  files.forEach((file, index) => {
    const sequence = sequenceOfName(stem(file.name));
    if (!sequence) {
      throw new Error(`The name of ${printable(file.name)} must tell its sequence: ${examples}.`);
    }
    if (found[sequence]) throw new Error(`There must be one file of ${sequence}, not several.`);
    const names = [printable(files[0].name), printable(file.name)] as const;
    assertSameGeometry(
      "open the files together",
      names,
      decoded[0].geometry,
      decoded[index].geometry,
    );
    found[sequence] = decoded[index].volume;
  });
  const missing = sequences.filter((name) => !found[name]);
  const notes = missing.map((name) => `There is no ${name}: FLAIR stands in for it.`);
  return { volume: volumeOfSequences(found), notes };
}

const examples = "flair, t1 or pre, t1ce or post";
