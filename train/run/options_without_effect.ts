/**
 * Options that would change nothing of what a run learns are refused: who gives them expects that they do.
 *
 * @module
 */
import { canDropSequences } from "../data/sequence_dropout.ts";
import type { Schedule } from "../fit/schedule.ts";
import type { TrainingSettings } from "../fit/training_settings.ts";
import type { TrainingOptions } from "./training_options.ts";

/** Everything that options with an effect depend on. */
export interface CheckedOptions extends TrainingOptions {
  /** Share of the patients to measure on. */
  readonly validation?: number;
}

/** An option as given, and what it needs to have an effect. */
interface Need {
  readonly option: string;
  readonly given: boolean;
  readonly needs: string;
  readonly met: boolean;
  readonly current: unknown;
}

/** A learning rate that falls at epochs, or one that moves with every step. */
function scheduleNeeds(
  { milestones, gamma, warmup = 0, momentum }: CheckedOptions,
  { schedule }: TrainingSettings,
): Need[] {
  const { kind } = schedule;
  const of = (...kinds: Schedule["kind"][]) => ({
    needs: `--schedule must be ${kinds.join(" or ")}`,
    met: kinds.includes(kind),
    current: kind,
  });
  return [
    { option: "--milestones", given: milestones !== undefined, ...of("milestones") },
    { option: "--gamma", given: gamma !== undefined, ...of("milestones") },
    { option: "--warmup", given: warmup > 0, ...of("cosine", "one-cycle") },
    { option: "--momentum cycled", given: momentum === "cycled", ...of("one-cycle") },
    {
      option: "--milestones",
      given: milestones !== undefined && milestones.length > 0,
      needs: "--gamma must be below 1",
      met: schedule.gamma < 1,
      current: schedule.gamma,
    },
    {
      option: "--gamma",
      given: gamma !== undefined,
      needs: "--milestones must name an epoch",
      met: schedule.milestones.length > 0,
      current: "none",
    },
  ];
}

function constantEndNeeds(
  { constantRate, constantAverage }: CheckedOptions,
  { constantEnd }: TrainingSettings,
): Need[] {
  const ended = {
    needs: "--constant-epochs must be above 0",
    met: constantEnd !== undefined,
    current: 0,
  };
  return [
    { option: "--constant-rate", given: constantRate !== undefined, ...ended },
    { option: "--constant-average", given: constantAverage !== undefined, ...ended },
  ];
}

/** What chooses validation patients, or chooses or stops by their loss. */
function validationNeeds(
  { patience = 0, checkpoint, splitSeed, validation }: CheckedOptions,
): Need[] {
  const measured = {
    needs: "--validation must be above 0",
    met: validation !== 0,
    current: validation,
  };
  return [
    { option: "--patience", given: patience > 0, ...measured },
    { option: "--checkpoint best", given: checkpoint === "best", ...measured },
    { option: "--split-seed", given: splitSeed !== undefined, ...measured },
  ];
}

function lossNeeds({ crossEntropyWeight }: CheckedOptions, { loss }: TrainingSettings): Need[] {
  return [{
    option: "--cross-entropy-weight",
    given: crossEntropyWeight !== undefined,
    needs: "--loss must be dice+ce",
    met: loss === "dice+ce",
    current: loss,
  }];
}

/** What has something to act on in the network's input alone. */
function sequenceNeeds(
  { augmentSequenceDropout = 0, augmentTumorFading = 0 }: CheckedOptions,
  { sequences }: TrainingSettings,
): Need[] {
  return [{
    option: "--augment-sequence-dropout",
    given: augmentSequenceDropout > 0,
    needs: "--sequence must be all",
    met: canDropSequences(sequences),
    current: sequences.join(", "),
  }, {
    option: "--augment-tumor-fading",
    given: augmentTumorFading > 0,
    needs: "--sequence must have FLAIR",
    met: sequences.includes("FLAIR"),
    current: sequences.join(", "),
  }];
}

/**
 * Makes sure that every option that was given has an effect.
 *
 * @param settings What the options make of their recipe.
 * @throws {TypeError} naming the option, what it needs, and the value that is there instead.
 */
export function assertOptionsHaveEffect(options: CheckedOptions, settings: TrainingSettings): void {
  const needs = [
    ...scheduleNeeds(options, settings),
    ...constantEndNeeds(options, settings),
    ...lossNeeds(options, settings),
    ...sequenceNeeds(options, settings),
    ...validationNeeds(options),
  ];
  const vain = needs.find(({ given, met }) => given && !met);
  if (!vain) return;
  const { option, needs: need, current } = vain;
  throw new TypeError(`Cannot use ${option} as ${need}: current value is ${current}`);
}
