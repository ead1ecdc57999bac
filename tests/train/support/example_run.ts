/** A run's folder as training leaves it, with made-up figures. */
import { mkdir } from "node:fs/promises";
import {
  type RunConfig,
  runFiles,
  type RunMetrics,
  writeRunFile,
} from "../../../train/run/run_folder.ts";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import { referenceArchitecture } from "../../../train/network/unet_architecture.ts";

/** The run's one validation patient. */
export const patientId = "TCGA_HT_7602_19951103";

const config: RunConfig = {
  data: "train/sample",
  recipe: "reference",
  settings: { ...recipes.reference, epochs: 3 },
  architecture: referenceArchitecture,
  validation: 0.2,
  backend: { name: "cpu", description: "plain <JavaScript>", reason: "asked for" },
  versions: { deno: "2.9.6" },
  started: "2026-01-02T03:04:05.000Z",
};

/** Figures of a run with one epoch for each Dice; the second is the best. */
export function metricsOf(dice: readonly (number | null)[]): RunMetrics {
  return {
    bestEpoch: 2,
    epochs: dice.map((value, index) => ({
      epoch: index + 1,
      trainingLoss: 0.9 - index / 10,
      validationLoss: 0.7 + Math.abs(index - 1) / 10,
      validationDice: value,
      diceByPatient: { [patientId]: value },
      slicesPerSecond: 5,
      seconds: 60,
    })),
  };
}

/** What is different about a run. */
export interface RunChanges {
  readonly settings?: Partial<TrainingSettings>;
  readonly config?: Partial<RunConfig>;
  readonly metrics?: RunMetrics;
  readonly validation?: readonly string[];
}

/** Writes settings, figures and split; no checkpoints. */
export async function makeRun(run: string, changes: RunChanges = {}): Promise<string> {
  const { metrics = metricsOf([0.1, 0.4, 0.3]), validation = [patientId] } = changes;
  const settings = { ...config.settings, ...changes.settings };
  await mkdir(run, { recursive: true });
  await writeRunFile(run, runFiles.config, { ...config, ...changes.config, settings });
  await writeRunFile(run, runFiles.metrics, metrics);
  await writeRunFile(run, runFiles.split, { training: ["a & b"], validation });
  return run;
}
