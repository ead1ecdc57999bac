/**
 * `deno task train`: trains the U-Net on a data set.
 *
 * @module
 */
import { Command, Option } from "commander";
import { countParser, numberParser, runCommand } from "../terminal/command_line.ts";
import {
  addClusterOptions,
  type ClusterCommandOptions,
  clusterOf,
} from "../cluster/cluster_options.ts";
import type { Fold } from "../data/folds.ts";
import { machineOf } from "../run/machine_options.ts";
import { assertOnlyResumed } from "../run/resume_options.ts";
import { settingsOf } from "../run/settings_of_options.ts";
import { addTrainingOptions, type TrainingOptions } from "../run/training_options.ts";
import { resumeRun, startRun } from "../run/training_run.ts";

/** What the command line may hold. */
interface Options extends TrainingOptions, ClusterCommandOptions {
  readonly data?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly start?: string;
  readonly validation?: number;
  readonly fold?: number;
  readonly folds?: number;
}

/** The fold asked for; undefined where none is. */
function foldOption({ fold, folds }: Options): Fold | undefined {
  if (fold === undefined && folds === undefined) return undefined;
  if (fold === undefined || folds === undefined) {
    throw new TypeError("Cannot train as --fold and --folds must be given together");
  }
  if (fold > folds) {
    throw new RangeError(
      `Cannot train as --fold must be at most --folds, which is ${folds}: current value is ${fold}`,
    );
  }
  return { fold, folds };
}

async function run(options: Options, command: Command): Promise<void> {
  const { data, out, resume, recipe, validation, start } = options;
  const machine = machineOf(options), cluster = clusterOf(options);
  if (resume !== undefined) {
    assertOnlyResumed(command);
    await resumeRun({ run: resume, data, ...machine }, console.log, cluster);
    return;
  }
  if (data === undefined) {
    throw new TypeError("Cannot train as --data must be given: the patients' folder");
  }
  if (out === undefined) {
    throw new TypeError("Cannot train as --out must be given: the run's folder");
  }
  const settings = settingsOf(options), fold = foldOption(options);
  const run = { data, out, recipe, settings, validation, fold, start, ...machine };
  await startRun(run, console.log, cluster);
}

const command = new Command("train")
  .description("Trains the U-Net on patients with reference masks.")
  .option(
    "--data <folder>",
    "patients, as PATIENT/PATIENT_N.tif and PATIENT_N_mask.tif, or PATIENT_flair.nii.gz and PATIENT_seg.nii.gz",
  )
  .option("--out <folder>", "the run's folder, new or empty: checkpoints, figures, report")
  .option(
    "--resume <run>",
    "go on with a run that stopped, with its settings: of other options only --data, if it has moved, and those for " +
      "the machine and the cluster",
  )
  .option(
    "--start <folder>",
    "start from the weights of a finished run, or of a model as edge/models/unet; a network with more levels gets " +
      "them on top",
  );

addClusterOptions(addTrainingOptions(command))
  .option(
    "--validation <share>",
    "share of the patients to measure on instead of learning from; 0: learn from all (default: 0.2)",
    numberParser("--validation", { minimum: 0, below: 1 }),
  )
  .addOption(
    new Option("--fold <k>", "measure on fold k, from 1, of --folds instead of on a share")
      .argParser(countParser("--fold")).conflicts("validation"),
  )
  .option(
    "--folds <n>",
    "folds of the patients, each with its share of every institution",
    numberParser("--folds", { integer: true, minimum: 2 }),
  )
  .action(run);

await runCommand(command);
