/**
 * `deno task quickstart`: everything Gliomap does, once, on the four sample patients.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { Command } from "commander";
import { type Augmentation, noAugmentation } from "../data/augmentation.ts";
import { openBackend } from "../engine/backend.ts";
import {
  findTensorFlow,
  lackOfTensorFlow,
  libraryVariable,
} from "../engine/tensorflow/libraries.ts";
import { countParser, notForClinicalUse, runCommand } from "../terminal/command_line.ts";
import { evaluationTable } from "../evaluation/evaluation_table.ts";
import { exportRun } from "../export/export_run.ts";
import { writeModel } from "../export/model_folder.ts";
import { installTensorFlow } from "../setup/install_tensorflow.ts";
import { UnavailableError } from "../setup/unavailable.ts";
import { constantEndOf } from "../run/constant_end_options.ts";
import { removeRun } from "../run/run_lock.ts";
import { startRun, type TrainingRunOptions } from "../run/training_run.ts";
import { recipes } from "../fit/training_settings.ts";
import { usualConstantEnd } from "../fit/constant_end.ts";

const run = "runs/quickstart";
const model = `${run}/model`;

const { preview } = recipes;

/**
 * Mild: what makes a network ready for the scanners of all the world takes more steps than there are here. Of six ways
 * to train, this was the best on these very patients, so the figures flatter it. All six had plain convolutions: the
 * patient held out had a Dice of 0.32 to 0.63, by processor (0.75 the one of seed 2); with stronger augmentation 0.25
 * (0.60). With the preview's separable ones and four seeds it had 0.22 to 0.65, which is more with each of them than
 * after 30 epochs along one cycle to 5e-3 (0.16 to 0.53).
 */
const augmentation: Augmentation = {
  ...noAugmentation,
  rotation: 10,
  zoom: 0.1,
  shift: 0.05,
  flip: 0.5,
  gamma: 0.1,
  contrast: 0.1,
  gain: 0.05,
  brightness: 0.05,
};

/**
 * At half the resolution an epoch takes seconds: in a minute or two on two cores the network learns what three
 * patients can teach. The real thing is `deno task train` on a whole data set.
 */
const options: TrainingRunOptions = {
  data: "train/sample",
  out: run,
  recipe: "preview",
  settings: {
    ...preview,
    epochs: 45,
    augmentation,
    schedule: { ...preview.schedule, learningRate: 3e-3 },
    // A short run: averages over a thousand steps and more would still be full of their start.
    averageDecay: 0.98,
    constantEnd: { ...usualConstantEnd, epochs: 15, averageDecay: 0.99 },
  },
  validation: 0.25,
  backend: "auto",
  workers: 1,
};

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

/** TensorFlow where it is to be had; elsewhere the slower engines do. */
async function setUp(): Promise<void> {
  const without = (reason: string) =>
    console.log(`${reason}. Training without it, which is slower (--epochs 8 is a shorter wait).`);
  if (Deno.env.has(libraryVariable)) {
    const folder = findTensorFlow();
    if (!folder) return without(lackOfTensorFlow());
    return console.log(`TensorFlow is in ${folder}, which ${libraryVariable} names`);
  }
  try {
    await installTensorFlow({ log: console.log });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    without(error.message);
  }
}

/** The edge is a program of its own: training and serving share code only through shared/. */
async function serve(): Promise<void> {
  const edge = spawn(Deno.execPath(), ["task", "edge", "--port", "8000"], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => edge.kill(signal));
  const [status] = await once(edge, "exit");
  process.exit(status ?? 0);
}

const command = new Command("quickstart")
  .description(
    "Sets up TensorFlow, trains on train/sample, exports ONNX, measures it on the patient held out, and serves the " +
      "shipped model on http://127.0.0.1:8000.",
  )
  .option("--once", "end after the report, without serving")
  .option(
    "--epochs <n>",
    "times to go through the patients; fewer are a shorter wait and a worse network",
    countParser("--epochs"),
    options.settings.epochs,
  )
  .action(async ({ once: onlyOnce, epochs }: { once?: boolean; epochs: number }) => {
    heading("TensorFlow");
    await setUp();
    heading("Training on three real patients, measuring on a fourth");
    await removeRun(run, console.log);
    const constantEnd = constantEndOf(options.settings, epochs, {});
    const settings = { ...options.settings, epochs, constantEnd };
    const evaluation = await startRun({ ...options, settings }, console.log);
    heading("Export to ONNX");
    const { kernels } = await openBackend("auto");
    const { difference, ...exported } = await exportRun(run, kernels);
    await writeModel(model, exported);
    console.log(
      `${model}/model.onnx: within ${difference.toExponential(1)} of the trained network`,
    );
    heading("What the exported model makes of the patient it never saw");
    console.log(evaluationTable(evaluation));
    console.log(`\nOpen ${run}/report.html for curves and outlines. ${notForClinicalUse}`);
    if (onlyOnce) return;
    heading("Serving the page and the API with the shipped model");
    await serve();
  });

await runCommand(command);
