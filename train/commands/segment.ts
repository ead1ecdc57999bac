/**
 * `deno task segment`: masks and overlays of slices and patients, without a server.
 *
 * @module
 */
import { Command } from "commander";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { readModel } from "../export/model_folder.ts";
import { startProgress } from "../terminal/progress.ts";
import { findInputs } from "../evaluation/segment_inputs.ts";
import { type SegmentInput, segmentInput } from "../evaluation/segment_patient.ts";
import { openSegmenter } from "../evaluation/segmentation.ts";

interface Options {
  readonly model: string;
  readonly out: string;
}

const command = new Command("segment")
  .description(
    "Outlines tumors: DIR/PATIENT/PATIENT_N_mask.png for every slice, or PATIENT_mask.nii.gz (of NIfTI) or " +
      "PATIENT_mask.dcm (DICOM-SEG, of DICOM) in the image's own space; and an overlay of each slice beside them.",
  )
  .argument(
    "<input...>",
    "slices, NIfTI files, patients' folders (PATIENT/PATIENT_N.tif, PATIENT_flair.nii.gz, flair/*.dcm), folders of patients",
  )
  .requiredOption("--model <folder>", "model.onnx and card.json")
  .requiredOption("--out <folder>", "where masks and overlays go")
  .action(async (inputs: string[], { model, out }: Options) => {
    const found = await findInputs(inputs);
    const segmenter = await openSegmenter(await readModel(model));
    const progress = startProgress("Segmenting", found.length, { unit: "inputs" });
    let slices = 0, whole = 0;
    const segment = async (input: SegmentInput) => {
      const started = whole;
      slices += await segmentInput(
        segmenter,
        input,
        out,
        (done, total) => progress.update(started + done / total),
      );
      progress.update(++whole);
    };
    try {
      // Slices of a patient keep all cores busy; of those that came alone, several have to go at once.
      await Promise.all(found.filter(({ kind }) => kind === "slice").map(segment));
      for (const input of found.filter(({ kind }) => kind === "patient")) await segment(input);
    } finally {
      progress.stop();
      segmenter.close();
    }
    console.log(`${slices} slices segmented into ${out}`);
    console.log(notForClinicalUse);
  });

await runCommand(command);
