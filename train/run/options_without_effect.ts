/**
 * Options that would change nothing of what a run learns are refused: who gives them expects that they do.
 *
 * @module
 */
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

function needsOf(options: CheckedOptions): Need[] {
  const { patience = 0, checkpoint, validation } = options;
  const measured = {
    needs: "--validation must be above 0",
    met: validation !== 0,
    current: validation,
  };
  return [
    { option: "--patience", given: patience > 0, ...measured },
    { option: "--checkpoint best", given: checkpoint === "best", ...measured },
  ];
}

/**
 * Makes sure that every option that was given has an effect.
 *
 * @throws {TypeError} naming the option, what it needs, and the value that is there instead.
 */
export function assertOptionsHaveEffect(options: CheckedOptions): void {
  const vain = needsOf(options).find(({ given, met }) => given && !met);
  if (!vain) return;
  const { option, needs, current } = vain;
  throw new TypeError(`Cannot use ${option} as ${needs}: current value is ${current}`);
}
