/**
 * `deno task segment`: masks and overlays of slices and patients, without a server.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { encodePng, maskToPng } from "../../shared/image/encode_png.ts";
import { overlay } from "../../shared/overlay.ts";
import { type Mask, type Slice, sliceOf, sliceOfMask } from "../../shared/volume.ts";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { readModel } from "../export/model_folder.ts";
import type { PatientFiles } from "../data/patient_files.ts";
import { startProgress } from "../terminal/progress.ts";
import { readSlice, readVolume } from "../data/read_volume.ts";
import { findInputs, type LoneSlice, sliceName } from "../evaluation/segment_inputs.ts";
import { openSegmenter, type Segmenter } from "../evaluation/segmentation.ts";

interface Options {
  readonly model: string;
  readonly out: string;
}

/** Writes the mask and the overlay of one slice. */
async function writeSlice(
  out: string,
  patient: string,
  name: string,
  slice: Slice,
  mask: Mask,
): Promise<void> {
  const overlays = join(out, patient, "overlays");
  await mkdir(overlays, { recursive: true });
  await writeFile(join(out, patient, `${name}_mask.png`), maskToPng(mask));
  await writeFile(join(overlays, `${name}.png`), encodePng(overlay(slice, { prediction: mask })));
}

async function segmentLoneSlice(segmenter: Segmenter, lone: LoneSlice, out: string): Promise<void> {
  const slice = await readSlice(lone.file);
  const { mask } = await segmenter.segmentSlice(slice).catch(rethrowNaming(lone.file));
  await writeSlice(out, lone.patient, lone.name, slice, mask);
}

async function segmentPatient(
  segmenter: Segmenter,
  files: PatientFiles,
  out: string,
  onSlice: () => void,
): Promise<void> {
  const volume = await readVolume(files);
  const mask = await segmenter.segmentVolume(volume, onSlice).catch(rethrowNaming(files.folder));
  for (const [index, { image }] of files.slices.entries()) {
    const slice = sliceOf(volume, index);
    await writeSlice(out, files.id, sliceName(image!), slice, sliceOfMask(mask, index));
  }
}

/** The model's complaint about its input does not know which file that came from. */
function rethrowNaming(input: string): (error: Error) => never {
  return (error) => {
    throw new Error(`${input}: ${error.message}`, { cause: error });
  };
}

const command = new Command("segment")
  .description(
    "Outlines tumors: DIR/PATIENT/PATIENT_N_mask.png for every slice, and an overlay of each beside them.",
  )
  .argument("<input...>", "slices, patients' folders (PATIENT/PATIENT_N.tif), folders of patients")
  .requiredOption("--model <folder>", "model.onnx and card.json")
  .requiredOption("--out <folder>", "where masks and overlays go")
  .action(async (inputs: string[], { model, out }: Options) => {
    const { slices, patients } = await findInputs(inputs);
    const total = patients.reduce((sum, patient) => sum + patient.slices.length, slices.length);
    const segmenter = await openSegmenter(await readModel(model));
    const progress = startProgress("Segmenting", total, { unit: "slices" });
    try {
      await Promise.all(slices.map(async (slice) => {
        await segmentLoneSlice(segmenter, slice, out);
        progress.advance();
      }));
      for (const patient of patients) {
        await segmentPatient(segmenter, patient, out, () => progress.advance());
      }
    } finally {
      progress.stop();
      segmenter.close();
    }
    console.log(`${total} slices segmented into ${out}`);
    console.log(notForClinicalUse);
  });

await runCommand(command);
