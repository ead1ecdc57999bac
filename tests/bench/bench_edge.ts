/**
 * `deno task bench:edge`: the edge against ONNX Runtime, OpenVINO and PyTorch, from its start to its first mask, and
 * under load, all in one run. Contenders take turns, so that a machine that slows down slows all; what counts is the
 * ratios.
 *
 * @module
 */
import { Command } from "commander";
import { defaultModel } from "../../edge/default_model.ts";
import { parseNumber } from "../../shared/argument.ts";
import { raceLatency } from "./edge_latency.ts";
import { timeStart } from "./edge_start.ts";
import { raceWorkers } from "./edge_workers.ts";

/** The model of full resolution, which costs what the original method's does. */
const fullModel = "unet";

interface Options {
  readonly steps: number;
  readonly starts: number;
  readonly seconds: number;
}

const count = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

await new Command("bench:edge")
  .description(
    "Times the edge against other engines (`deno task bench:peers`, `deno task setup:native`), its start, and load.",
  )
  .option("--steps <n>", "counted slices of each contender", count("--steps"), 20)
  .option("--starts <n>", "starts that are timed", count("--starts"), 5)
  .option("--seconds <n>", "seconds of load a round", count("--seconds"), 10)
  .action(async ({ steps, starts, seconds }: Options) => {
    await raceLatency(fullModel, { steps, heldToBare: true });
    await raceLatency(defaultModel, { steps, heldToBare: false });
    await timeStart(defaultModel, starts);
    for (const model of [fullModel, defaultModel]) await raceWorkers(model, seconds);
  })
  .parseAsync();
