/**
 * `deno task bench:train`: a training step of Gliomap against PyTorch's, in turns in one run, so that a machine
 * that slows down slows both. Prints each contender's seconds and peak memory, the ratios of the medians, and whether
 * the bars are met.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { parseChoice, parseNumber } from "../../shared/argument.ts";
import { type StepIssue, stepIssues } from "../../train/engine/backend.ts";
import { compareSteps, type Pair } from "./compare_steps.ts";
import { Contender } from "./contender.ts";
import { gpuMegabytes } from "./gpu_memory.ts";
import { peersPython } from "./peers.ts";

interface Options {
  readonly steps: number;
  readonly batchSize: number;
  readonly size: number;
  readonly features: number;
  readonly depth: number;
  readonly backend: "tensorflow" | "webgpu" | "wasm";
  readonly device: "cpu" | "cuda";
  readonly issue?: StepIssue;
}

const count = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

function contenders(options: Options): Pair<Contender>[] {
  const { batchSize, size, features, depth, backend, device, issue } = options;
  const shape = [batchSize, size, features, depth].map(String);
  const here = import.meta.dirname!;
  // A comparison of processors leaves a GPU alone that is there.
  const env: Record<string, string> = device === "cpu" ? { CUDA_VISIBLE_DEVICES: "" } : {};
  const ours = (precision: string) =>
    new Contender(`Gliomap ${backend} ${precision}`, Deno.execPath(), [
      "run",
      "--allow-all",
      `${here}/gliomap_step.ts`,
      backend,
      device,
      precision,
      ...shape,
      ...issue ? [issue] : [],
    ], env);
  const theirs = (precision: string) =>
    new Contender(`PyTorch ${device} ${precision}`, peersPython, [
      `${here}/pytorch_step.py`,
      device,
      precision,
      ...shape,
    ], env);
  // The webgpu and wasm backends compute in float32 only.
  const precisions: Pair<Contender>["precision"][] = backend === "tensorflow"
    ? ["fp32", "bf16"]
    : ["fp32"];
  return precisions.map((precision) => ({
    precision,
    ours: ours(precision),
    theirs: theirs(precision),
  }));
}

/**
 * On a GPU a step takes milliseconds. Its first ones, in which convolutions are tried out and JavaScript is compiled,
 * are more than one there, and a turn is longer: the first step after another program's had the GPU is a slow one.
 */
const pace = { cpu: { warmUp: 1, turn: 1 }, cuda: { warmUp: 200, turn: 10 } };

function assertIssuedByTensorFlow({ backend, issue }: Options): void {
  if (issue === undefined || backend === "tensorflow") return;
  throw new TypeError(
    `Cannot time steps as --issue must be left out with --backend ${backend}, as TensorFlow alone is told how: ` +
      `current value is ${issue}`,
  );
}

async function run(options: Options): Promise<void> {
  assertIssuedByTensorFlow(options);
  if (!existsSync(peersPython)) {
    throw new Error(
      "Cannot compare with PyTorch as it must be installed: run `deno task bench:peers`",
    );
  }
  const pairs = contenders(options);
  try {
    await printComparison(pairs, options);
  } finally {
    for (const contender of pairs.flatMap(({ ours, theirs }) => [ours, theirs])) contender.stop();
  }
}

async function printComparison(
  pairs: readonly Pair<Contender>[],
  { batchSize, size, features, depth, backend, device, steps }: Options,
): Promise<void> {
  const { warmUp, turn } = pace[device];
  const { table, lines } = await compareSteps(pairs, { steps, warmUp, turn }, {
    megabytes: (contender) =>
      device === "cuda" ? gpuMegabytes(contender.pid) : contender.peakMegabytes(),
    heldOn: backend === "tensorflow" ? device : undefined,
  });
  console.log(
    `batch ${batchSize}, ${size}x${size}, ${features} features, depth ${depth}, ${steps} steps in turns of ${turn}`,
  );
  console.table(table);
  for (const line of lines) console.log(line);
}

await new Command("bench:train")
  .description("Times a training step against PyTorch's (set up by `deno task bench:peers`).")
  .option("--steps <n>", "counted steps of each", count("--steps"), 10)
  .option("--batch-size <n>", "slices a step", count("--batch-size"), 8)
  .option("--size <n>", "height and width of a slice", count("--size"), 256)
  .option("--features <n>", "features at every level", count("--features"), 32)
  .option("--depth <n>", "encoder blocks", count("--depth"), 4)
  .option(
    "--backend <name>",
    "Gliomap's engine: tensorflow, webgpu, wasm",
    (text) => parseChoice("--backend", text, ["tensorflow", "webgpu", "wasm"]),
    "tensorflow",
  )
  .option(
    "--device <name>",
    "what both compute on: cpu, cuda (float32 is then TF32 in both, as they come)",
    (text) => parseChoice("--device", text, ["cpu", "cuda"]),
    "cpu",
  )
  .option(
    "--issue <how>",
    "how TensorFlow gets our steps: ops (one by one), whole (as one function; the default), compiled (by XLA)",
    (text) => parseChoice("--issue", text, stepIssues),
  )
  .action(run)
  .parseAsync();
