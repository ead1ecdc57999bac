/**
 * What a model's card says about the run that trained it.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import type { EvaluationCard, StartCard } from "../../shared/model_card.ts";
import { usualThreshold } from "../../shared/threshold.ts";
import type { ModelDescription } from "../export/build_model.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { notForClinicalUse } from "../terminal/command_line.ts";
import { median } from "../evaluation/average.ts";
import type { RunConfig, RunMetrics, RunStart } from "./run_folder.ts";
import type { RunRecord } from "./run_record.ts";
import { tellMachines } from "./run_stretches.ts";
import { isChosen, type RunOutcome, tellLost } from "./tell_result.ts";
import { describeEpochs } from "../fit/constant_end.ts";
import { crossEntropyWeightOf } from "../fit/loss.ts";
import { describeSchedule } from "../fit/schedule.ts";

/** The card's descriptive fields for the checkpoint of a run. */
export function describeRun(
  run: string,
  { config, split, metrics, stretches, intensities }: RunRecord,
  { figures, preprocessing, sequences, downsampling }: Checkpoint,
): ModelDescription {
  const { backend, versions } = tellMachines(stretches);
  return {
    name: basename(resolve(run)),
    version: "1.0.0",
    sequences,
    preprocessing,
    downsampling,
    threshold: usualThreshold,
    // Runs of an earlier version do not have it.
    smallestComponent: config.settings.smallestComponent ?? 0,
    training: {
      // The folder's own name only: where it lay is nobody's business but the machine's.
      data: basename(resolve(config.data)),
      patients: [...new Set([...split.training, ...config.start?.patients ?? []])].sort(),
      recipe: recipeOf({ config, metrics }, figures.epoch),
      seed: config.settings.seed,
      start: config.start && startCard(config.start),
      epoch: figures.epoch,
      backend,
      versions,
      started: config.started,
    },
    intensities,
    evaluation: evaluationOf(config, metrics, figures.epoch),
    licence: dataLicence,
    source: "trained with Gliomap",
    notFor: untested,
  };
}

/** True of any data; the published data set's own terms are named since most runs are trained on it. */
const dataLicence =
  "The licence of the data it was trained on. The LGG segmentation data set is CC BY-NC-SA 4.0: " +
  "not for commercial use, share alike";

/** True of any data; what the published data set has no patients of is named since most runs are trained on it. */
const untested =
  `${notForClinicalUse} What it was not trained on is untested: with the LGG segmentation data set ` +
  "other tumors than lower-grade gliomas, children and operated brains.";

function recipeOf(outcome: RunOutcome, epoch: number): string {
  const { config: { recipe, settings, start }, metrics } = outcome;
  const { loss, batchSize, schedule, weightDecay, averageDecay } = settings;
  const entropy = crossEntropyWeightOf(settings);
  return [
    `recipe ${recipe}: ${loss} loss${entropy > 0 ? ` (cross-entropy times ${entropy})` : ""}`,
    `${weightDecay > 0 ? `AdamW (weight decay ${weightDecay})` : "Adam"}, batch ${batchSize}`,
    describeSchedule(schedule),
    ...(averageDecay > 0 ? [`weights averaged (${averageDecay})`] : []),
    ...(settings.precision === "bf16" ? ["bfloat16 activations"] : []),
    ...(start ? [`from the weights of ${tellStart(startCard(start))}`] : []),
    describeEpochs(settings, metrics.epochs.length),
    tellWeights(outcome, epoch),
  ].join(", ");
}

/** A run that was stopped, or whose patience was over, has not come to the last of its epochs. */
function tellWeights(outcome: RunOutcome, epoch: number): string {
  if (isChosen(outcome)) return `checkpoint with the lowest validation loss${tellLost(outcome)}`;
  return epoch === outcome.config.settings.epochs
    ? "weights after the last"
    : `weights after epoch ${epoch}`;
}

/** The folder's name alone, as of the data. */
function startCard({ run, model, seed, sha256 }: RunStart): StartCard {
  return { folder: basename(resolve(run)), model, seed, sha256 };
}

function tellStart({ folder, model }: StartCard): string {
  return model ? `${folder} (the model ${model.name} ${model.version})` : folder;
}

function evaluationOf(
  { settings: { checkpoint } }: RunConfig,
  { epochs }: RunMetrics,
  epoch: number,
): EvaluationCard[] {
  const measured = epochs.find((entry) => entry.epoch === epoch);
  if (!measured || measured.validationDice === null) return [];
  const dice = Object.values(measured.diceByPatient).filter((value) => value !== null);
  return [{
    patients: "validation patients of the run: not trained on" +
      (checkpoint === "last" ? "" : ", but the epoch was chosen by them"),
    count: dice.length,
    meanVolumeDice: measured.validationDice,
    medianVolumeDice: median(dice)!,
  }];
}
