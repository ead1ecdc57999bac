/** What a run is set to, for tests that fit without a command. */
import type { Backend } from "../../../train/engine/backend.ts";
import { architectureOf, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import type { RunConfig } from "../../../train/run/run_folder.ts";

/** The record of a run with such settings. */
export function configOf(
  { name, description, reason }: Backend,
  settings: TrainingSettings,
): RunConfig {
  return {
    data: "train/sample",
    recipe: "best",
    settings,
    architecture: architectureOf(settings),
    validation: 0,
    backend: { name, description, reason },
    versions: {},
    started: new Date(0).toISOString(),
  };
}
