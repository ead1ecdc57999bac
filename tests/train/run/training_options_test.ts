/** What a training does that is told nothing, and what options change of it. */
import assert from "node:assert/strict";
import { Command } from "commander";
import { recipes, type TrainingSettings } from "../../../train/fit/training_settings.ts";
import {
  addTrainingOptions,
  settingsOf,
  type TrainingOptions,
} from "../../../train/run/training_options.ts";

function parsed(...args: string[]): { recipe: string; settings: TrainingSettings } {
  const command = addTrainingOptions(new Command()).parse(args, { from: "user" });
  const options = command.opts<TrainingOptions>();
  return { recipe: options.recipe, settings: settingsOf(options) };
}

Deno.test("settingsOf no options is the recipe best", () => {
  assert.deepEqual(parsed(), { recipe: "best", settings: recipes.best });
});

Deno.test("settingsOf --recipe reference is the original method", () => {
  const { settings } = parsed("--recipe", "reference");
  assert.deepEqual(settings, recipes.reference);
  const { batchSize, loss, epochs, schedule, augmentation, averageDecay } = settings;
  assert.deepEqual({ batchSize, loss, epochs, averageDecay }, {
    batchSize: 8,
    loss: "dice",
    epochs: 150,
    averageDecay: 0,
  });
  const rates = { kind: "milestones", learningRate: 1e-4, milestones: [30], gamma: 0.1, warmup: 0 };
  assert.deepEqual(schedule, rates);
  assert.ok(Object.values(augmentation).flat().every((value) => value === 0));
});

Deno.test("settingsOf changes what an option names, and nothing else", () => {
  const { recipe, settings } = parsed("--epochs", "3", "--learning-rate", "0.5", "--seed", "7");
  assert.equal(recipe, "best");
  const schedule = { ...recipes.best.schedule, learningRate: 0.5 };
  assert.deepEqual(settings, { ...recipes.best, epochs: 3, schedule, seed: 7 });
});
