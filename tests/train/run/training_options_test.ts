/** What a training does that is told nothing, and what options change of it. */
import assert from "node:assert/strict";
import { Command } from "commander";
import { sequences } from "../../../shared/sequence.ts";
import { scheduledEpochs } from "../../../train/fit/constant_end.ts";
import {
  recipeNames,
  recipes,
  type TrainingSettings,
} from "../../../train/fit/training_settings.ts";
import { settingsOf } from "../../../train/run/settings_of_options.ts";
import { addTrainingOptions, type TrainingOptions } from "../../../train/run/training_options.ts";

function parsed(...args: string[]): { recipe: string; settings: TrainingSettings } {
  const options = optionsOf(...args);
  return { recipe: options.recipe, settings: settingsOf(options) };
}

function optionsOf(...args: string[]): TrainingOptions {
  const command = addTrainingOptions(new Command()).parse(args, { from: "user" });
  return command.opts<TrainingOptions>();
}

Deno.test("settingsOf no options is the recipe best", () => {
  assert.deepEqual(parsed(), { recipe: "best", settings: recipes.best });
});

Deno.test("settingsOf --recipe is the recipe of that name", () => {
  for (const recipe of recipeNames) {
    assert.deepEqual(parsed("--recipe", recipe), { recipe, settings: recipes[recipe] });
  }
});

/** The epochs at a constant rate that options leave of the preview's, or add. */
const constantEpochs: [options: string, epochs: number, last: number | undefined][] = [
  ["--recipe preview --epochs 90", 90, 30],
  ["--recipe preview --epochs 40", 40, 13],
  ["--recipe preview --epochs 3", 3, 1],
  ["--recipe preview --epochs 2", 2, undefined],
  ["--recipe preview --constant-epochs 0", 60, undefined],
  ["--recipe preview --constant-epochs 59", 60, 59],
  ["--recipe preview --epochs 30 --constant-epochs 20", 30, 20],
  ["--recipe reference --constant-epochs 1", 150, 1],
  ["--epochs 2 --constant-epochs 1", 2, 1],
];

for (const [options, epochs, last] of constantEpochs) {
  Deno.test(`settingsOf ${options} has ${last ?? "no"} epochs at a constant rate`, () => {
    const { settings } = parsed(...options.split(" "));
    assert.deepEqual([settings.epochs, settings.constantEnd?.epochs], [epochs, last]);
    assert.equal(scheduledEpochs(settings), epochs - (last ?? 0));
    // As in the record of a run of a version that had none.
    assert.equal("constantEnd" in settings, last !== undefined);
  });
}

Deno.test("settingsOf refuses epochs at a constant rate that leave none before them, and half ones", () => {
  for (const [options, epochs, last] of [["--epochs 5", 5, 5], ["--recipe preview", 60, 61]]) {
    assert.throws(() => parsed(...`${options} --constant-epochs ${last}`.split(" ")), {
      name: "RangeError",
      message: `Cannot train as --constant-epochs must be below --epochs, which is ${epochs}: ` +
        `current value is ${last}`,
    });
  }
  for (const value of ["-1", "2.5"]) {
    assert.throws(
      () => parsed("--constant-epochs", value),
      /Cannot use --constant-epochs as it must be a whole number of at least 0: current value is /,
    );
  }
  for (const option of ["--constant-rate 0", "--constant-average 1"]) {
    const message = new RegExp(`Cannot use ${option.split(" ")[0]} as it must be `);
    assert.throws(() => parsed(...`--constant-epochs 1 ${option}`.split(" ")), message);
  }
});

Deno.test("addTrainingOptions says of every option with a value what holds without it", () => {
  const { options } = addTrainingOptions(new Command());
  const withValues = options.filter(({ required }) => required);
  assert.ok(withValues.length > 40, `${withValues.length}`);
  for (const { long, description, defaultValue } of withValues) {
    const isTold = defaultValue !== undefined || // which commander tells itself
      /\((default: |best: .+, preview: .+, reference: )[^)]+\)$/.test(description);
    assert.ok(isTold, `${long}: ${description}`);
  }
});

Deno.test("settingsOf changes what an option names, and nothing else", () => {
  const { recipe, settings } = parsed("--epochs", "3", "--learning-rate", "0.5", "--seed", "7");
  assert.equal(recipe, "best");
  const schedule = { ...recipes.best.schedule, learningRate: 0.5 };
  assert.deepEqual(settings, { ...recipes.best, epochs: 3, schedule, seed: 7 });
});

const { best } = recipes;

/** What each option makes of the recipe best. */
const options: [option: string, changes: Partial<TrainingSettings>][] = [
  ["--epochs 3", { epochs: 3 }],
  ["--batch-size 5", { batchSize: 5 }],
  ["--loss dice", { loss: "dice" }],
  ["--cross-entropy-weight 0.25", { crossEntropyWeight: 0.25 }],
  ["--schedule cosine", { schedule: { ...best.schedule, kind: "cosine" } }],
  ["--learning-rate 0.5", { schedule: { ...best.schedule, learningRate: 0.5 } }],
  ["--schedule milestones --milestones 4,8 --gamma 0.25", {
    schedule: { ...best.schedule, kind: "milestones", milestones: [4, 8], gamma: 0.25 },
  }],
  ["--warmup 0.125", { schedule: { ...best.schedule, warmup: 0.125 } }],
  ["--momentum cycled", { schedule: { ...best.schedule, momentum: "cycled" } }],
  ["--weight-decay 0.5", { weightDecay: 0.5 }],
  ["--clip-norm 7", { clipNorm: 7 }],
  ["--average 0.5", { averageDecay: 0.5 }],
  ["--constant-epochs 7", {
    constantEnd: { epochs: 7, learningRate: 0.002, averageDecay: 0.9995 },
  }],
  ["--constant-epochs 7 --constant-rate 0.25 --constant-average 0", {
    constantEnd: { epochs: 7, learningRate: 0.25, averageDecay: 0 },
  }],
  ["--patience 9", { patience: 9 }],
  ["--checkpoint best", { checkpoint: "best" }],
  ["--sequence FLAIR", { sequences: ["FLAIR"] }],
  ["--scaling percentile", { preprocessing: recipes.reference.preprocessing }],
  ["--downsampling 4", { downsampling: 4 }],
  ["--crop 64", { crop: 64 }],
  ["--features 8,16", { depth: 2, features: [8, 16] }],
  ["--features 8", { features: 8 }],
  ["--convolutions separable", { separable: true }],
  ["--depth 2", { depth: 2, features: [32, 32] }],
  ["--smallest-component 0.25", { smallestComponent: 0.25 }],
  ["--tumor-weight 2", { tumorWeight: 2 }],
  ["--precision bf16", { precision: "bf16" }],
  ["--seed 7", { seed: 7 }],
  ["--split-seed 9", { splitSeed: 9 }],
];

for (const [option, changes] of options) {
  Deno.test(`settingsOf ${option} changes that, and nothing else`, () => {
    assert.deepEqual(parsed(...option.split(" ")).settings, { ...best, ...changes });
  });
}

Deno.test("settingsOf takes every part of the augmentation from an option of its own", () => {
  for (const [name, usual] of Object.entries(best.augmentation)) {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value = 0.0625;
    assert.notEqual(usual, value);
    const { settings } = parsed(`--augment-${option}`, String(value));
    const augmentation = { ...best.augmentation, [name]: value };
    assert.deepEqual(settings, { ...best, augmentation });
  }
});

for (const option of ["--patience 2", "--checkpoint best", "--split-seed 2"]) {
  Deno.test(`settingsOf refuses ${option} where no patient validates, and only there`, () => {
    const options = optionsOf(...option.split(" "));
    const expected = {
      name: "TypeError",
      message: `Cannot use ${
        option.replace(" 2", "")
      } as --validation must be above 0: current value is 0`,
    };
    assert.throws(() => settingsOf({ ...options, validation: 0 }), expected);
    settingsOf({ ...options, validation: 0.2 });
  });
}

Deno.test("settingsOf takes what recipes have where no patient validates, and a patience of 0", () => {
  for (const recipe of recipeNames) {
    settingsOf({ ...optionsOf("--recipe", recipe, "--patience", "0"), validation: 0 });
  }
});

/** Options that would change nothing, and what they need. */
const withoutEffect: [options: string, message: string][] = [
  ["--milestones 4", "--milestones as --schedule must be milestones: current value is one-cycle"],
  ["--gamma 0.5", "--gamma as --schedule must be milestones: current value is one-cycle"],
  [
    "--schedule milestones --milestones 4",
    "--milestones as --gamma must be below 1: current value is 1",
  ],
  [
    "--schedule milestones --gamma 0.5",
    "--gamma as --milestones must name an epoch: current value is none",
  ],
  [
    "--recipe reference --warmup 0.1",
    "--warmup as --schedule must be cosine or one-cycle: current value is milestones",
  ],
  [
    "--schedule cosine --momentum cycled",
    "--momentum cycled as --schedule must be one-cycle: current value is cosine",
  ],
  [
    "--constant-rate 0.1",
    "--constant-rate as --constant-epochs must be above 0: current value is 0",
  ],
  [
    "--recipe preview --epochs 2 --constant-average 0.5",
    "--constant-average as --constant-epochs must be above 0: current value is 0",
  ],
  [
    "--loss dice --cross-entropy-weight 0.5",
    "--cross-entropy-weight as --loss must be dice+ce: current value is dice",
  ],
  [
    "--sequence post-contrast --augment-tumor-fading 0.5",
    "--augment-tumor-fading as --sequence must have FLAIR: current value is post-contrast",
  ],
  ...sequences.map((sequence): [string, string] => [
    `--sequence ${sequence} --augment-sequence-dropout 0.25`,
    `--augment-sequence-dropout as --sequence must be all: current value is ${sequence}`,
  ]),
];

for (const [options, message] of withoutEffect) {
  Deno.test(`settingsOf refuses ${options}, which would change nothing`, () => {
    assert.throws(() => parsed(...options.split(" ")), {
      name: "TypeError",
      message: `Cannot use ${message}`,
    });
  });
}

Deno.test("settingsOf takes options whose need another option, or the recipe, meets", () => {
  const meeting = [
    "--recipe reference --milestones 4",
    "--recipe reference --gamma 0.5",
    "--recipe reference --schedule cosine --warmup 0.1",
    "--recipe reference --loss dice+ce --cross-entropy-weight 1",
    "--recipe reference --warmup 0 --momentum constant",
    "--sequence FLAIR --augment-tumor-fading 0.5",
    "--recipe reference --augment-sequence-dropout 0.25",
    "--sequence FLAIR --augment-sequence-dropout 0",
    "--schedule milestones",
    "--recipe preview --constant-rate 0.1 --constant-average 0.5",
  ];
  for (const options of meeting) parsed(...options.split(" "));
});
