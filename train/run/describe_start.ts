/**
 * What a training takes over from the network that it starts from, in words.
 *
 * @module
 */
import type { TrainingSettings } from "../fit/training_settings.ts";
import type { StartWeights } from "../network/start_weights.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { differingSettings, flatSettings } from "../fit/flat_settings.ts";

/**
 * Lines for a person: which layers are new, whose weights are random, and what else is not as it was.
 *
 * @param folder The run's or the model's that was started from.
 * @param start What `startWeights` made of the trained ones.
 */
export function describeStart(
  folder: string,
  trained: Checkpoint,
  { newKernels }: Pick<StartWeights, "newKernels">,
  { depth, downsampling, preprocessing, separable }: TrainingSettings,
): string[] {
  const lines: string[] = [];
  lines.push(
    newKernels.length
      ? `Starting from ${folder}; new, with random weights, are ${newKernels.join(", ")}`
      : `Starting from ${folder}: all weights are its`,
  );
  if (trained.architecture.separable && !separable) {
    lines.push(
      "Its convolutions are separable: they are taken over as the plain ones that they are",
    );
  }
  // A level on top halves what the trained ones see.
  const seen = downsampling * 2 ** (depth - trained.architecture.depth);
  if (seen !== trained.downsampling) {
    lines.push(
      `It has learned from images smaller by ${trained.downsampling}, here its layers see them smaller by ${seen}`,
    );
  }
  const [before, now] = [trained.preprocessing, preprocessing].map(flatSettings);
  const others = differingSettings([before, now])
    .map((name) => `${name} ${now.get(name)}, was ${before.get(name)}`);
  if (others.length) lines.push(`Its images were scaled otherwise: ${others.join("; ")}`);
  return lines;
}
