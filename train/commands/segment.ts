/**
 * `deno task segment`: masks and overlays of slices and patients, without a server.
 *
 * @module
 */
import { resolve } from "node:path";
import process from "node:process";
import { Command } from "commander";
import { queueOptions } from "../queue/queue_options.ts";
import { findInputs, type SegmentInput } from "../evaluation/segment_inputs.ts";
import { segmentInput } from "../evaluation/segment_patient.ts";
import { segmentQueued } from "../evaluation/segment_queued.ts";
import { openSegmenter } from "../evaluation/segmentation.ts";
import { modelFolder, readModel } from "../export/model_folder.ts";
import { notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { startProgress } from "../terminal/progress.ts";

interface Options {
  readonly model: string;
  readonly out: string;
  readonly queue?: string;
  readonly shared?: boolean;
  readonly patience?: number;
}

/** On this machine, all cores. */
async function segmentHere(
  inputs: readonly SegmentInput[],
  { model, out }: Options,
): Promise<number> {
  const segmenter = await openSegmenter(await readModel(model));
  const progress = startProgress("Segmenting", inputs.length, { unit: "inputs" });
  let slices = 0, whole = 0;
  const segment = async (input: SegmentInput) => {
    slices += await segmentInput(
      segmenter,
      input,
      out,
      (done, total) => progress.update(whole + done / total),
    );
    progress.update(++whole);
  };
  try {
    // Slices of a patient keep all cores busy; of those that came alone, several have to go at once.
    await Promise.all(inputs.filter(({ kind }) => kind === "slice").map(segment));
    for (const input of inputs.filter(({ kind }) => kind === "patient")) await segment(input);
  } finally {
    progress.stop();
    segmenter.close();
  }
  return slices;
}

/** By workers; those inputs that fail do not keep the others. */
async function segmentByWorkers(paths: readonly string[], queue: string, options: Options) {
  const inputs = await findInputs(paths.map((path) => resolve(path)));
  const { slices, problems } = await segmentQueued(inputs, {
    ...options,
    queue,
    onLine: (line) => console.log(line),
  });
  for (const problem of problems) console.error(`error: ${problem}`);
  if (problems.length) process.exitCode = 1;
  return slices;
}

const [queue, shared, patience] = queueOptions;

const command = new Command("segment")
  .description(
    "Outlines tumors: DIR/PATIENT/PATIENT_N_mask.png for every slice, or PATIENT_mask.nii.gz (of NIfTI) or " +
      "PATIENT_mask.dcm (DICOM-SEG, of DICOM) in the image's own space; and an overlay of each slice beside them.",
  )
  .argument(
    "<input...>",
    "slices, NIfTI files, patients' folders (PATIENT/PATIENT_N.tif, PATIENT_flair.nii.gz, flair/*.dcm), folders of patients",
  )
  .requiredOption("--model <folder>", "model.onnx and card.json", modelFolder)
  .requiredOption("--out <folder>", "where masks and overlays go")
  .addOption(queue)
  .addOption(shared)
  .addOption(patience)
  .action(async (paths: string[], options: Options) => {
    const slices = options.queue === undefined
      ? await segmentHere(await findInputs(paths), options)
      : await segmentByWorkers(paths, options.queue, options);
    console.log(`${slices} slices segmented into ${options.out}`);
    console.log(notForClinicalUse);
  });

await runCommand(command);
