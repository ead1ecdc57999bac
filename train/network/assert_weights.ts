/**
 * Whether a state dict is a network's, checked wherever weights come in from outside.
 *
 * @module
 */
import { printable } from "../../shared/printable.ts";
import type { StateDict } from "./state_dict.ts";
import { depthRange, type UNetArchitecture, unetWeights } from "./unet_architecture.ts";

/** How many problems an error lists before it only counts them. */
const listedProblems = 10;

/**
 * Refuses a description that no network can be built from.
 *
 * @throws {RangeError} naming the first number that is not a whole one in its range.
 */
export function assertArchitecture(architecture: UNetArchitecture): void {
  const { inputChannels, outputChannels, features, depth } = architecture;
  const assertCount = (name: string, value: number, minimum: number, maximum: number) => {
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
    throw new RangeError(
      `Cannot build a U-Net as its ${name} must be a whole number from ${minimum} to ${maximum}: ` +
        `current value is ${value}`,
    );
  };
  assertCount("input channels", inputChannels, 1, 1024);
  assertCount("output channels", outputChannels, 1, 1024);
  assertCount("depth", depth, ...depthRange);
  if (typeof features !== "number" && features.length !== depth) {
    throw new RangeError(
      `Cannot build a U-Net as its features must be one number, or one for each of its ${depth} levels: ` +
        `current value is ${features.join(", ")}`,
    );
  }
  for (const count of [features].flat()) assertCount("features", count, 1, 65536);
}

/**
 * Checks that a state dict is exactly the network's.
 *
 * @throws {RangeError} when the architecture itself is impossible.
 * @throws {TypeError} listing the weights that are missing, misshaped, unknown or not finite.
 */
export function assertWeights(architecture: UNetArchitecture, weights: StateDict): void {
  assertArchitecture(architecture);
  const problems: string[] = [];
  const known = unetWeights(architecture);
  for (const { name, shape } of known) {
    const tensor = weights.get(name);
    if (!tensor) problems.push(`${name} [${shape}] is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      problems.push(`${name} must have shape [${shape}]: it has [${printable(tensor.shape)}]`);
    } else if (!tensor.data.every(Number.isFinite)) {
      problems.push(`${name} must be finite: it holds NaN or infinity`);
    }
  }
  const names = new Set(known.map(({ name }) => name));
  for (const name of weights.keys()) {
    if (!names.has(name)) problems.push(`${printable(name)} is not part of this network`);
  }
  if (!problems.length) return;
  const { inputChannels, depth } = architecture, features = [architecture.features].flat();
  const listed = problems.slice(0, listedProblems).join("; ");
  const rest = problems.length - listedProblems;
  throw new TypeError(
    `Cannot use the weights as they must be those of a U-Net of depth ${depth}, ${
      features.join(", ")
    } features, ${architecture.separable ? "separable convolutions" : "plain convolutions"} and ` +
      `${inputChannels} input channels: ${listed}${rest > 0 ? `; and ${rest} more` : ""}`,
  );
}
