/**
 * One slice on one thread: by engines called bare, and by the whole server around them.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readCard } from "../../edge/model_files.ts";
import { isNativeInstalled } from "../../edge/native/installation.ts";
import { median } from "../../train/evaluation/average.ts";
import { root } from "../edge/support/files.ts";
import { type Bar, barLine } from "./bar.ts";
import { Contender, processorSecondsOf } from "./contender.ts";
import { startEdge } from "./edge_server.ts";
import { peersPython } from "./peers.ts";

const here = import.meta.dirname!;

/** Height and width of the slice. */
const size = 256;

/** A contender, and what is known of it beside its seconds. */
interface Racer {
  readonly contender: Contender;
  /** Processor time used so far, in seconds: the server's own, not that of the client that waits for it. */
  readonly used: () => number;
  /** Milliseconds of each step that were not the network's, where the server tells them. */
  readonly around: number[];
}

function racer(contender: Contender, used = () => contender.processorSeconds()): Racer {
  return { contender, used, around: [] };
}

function ours(name: string, what: string, model: string): Contender {
  const args = ["run", "--allow-all", `${here}/edge_step.ts`, what, model];
  return new Contender(name, Deno.execPath(), args);
}

/** Engines that are not ours, on one thread; what is missing is said, and left out. */
async function peers(model: string): Promise<Racer[]> {
  const folder = new URL(`edge/models/${model}/`, root);
  const { card: { architecture: { features, depth }, input } } = await readCard(folder);
  const levels = typeof features === "number" ? Array(depth).fill(features) : features;
  const onnx = fileURLToPath(new URL("model.onnx", folder));
  const settings = [onnx, "1", `${size / (input.downsampling ?? 1)}`, levels.join(",")];
  const running: Racer[] = [];
  for (const name of ["onnxruntime", "openvino", "torch"].filter(isInstalled)) {
    const contender = new Contender(name, peersPython, [
      `${here}/edge_step.py`,
      name,
      ...settings,
    ]);
    // OpenVINO, for one, does not read every model in eight bits.
    if (await contender.step().catch(() => undefined) !== undefined) running.push(racer(contender));
    else console.log(`${name} is left out: it cannot run ${model}`);
  }
  return running;
}

function isInstalled(module: string): boolean {
  const installed = spawnSync(peersPython, ["-c", `import ${module}`]).status === 0;
  if (!installed) console.log(`${module} is left out: run deno task bench:peers`);
  return installed;
}

async function step({ contender, around }: Racer): Promise<number> {
  const { seconds, value } = await contender.answer();
  if (contender.name.startsWith("server") && value !== undefined) around.push(value);
  return seconds;
}

/** The order is that of the table: the first is what all others are compared with, the second is the server around it. */
async function openRacers(model: string, servers: AsyncDisposableStack): Promise<Racer[]> {
  const engines = ["wasm", ...(await isNativeInstalled() ? ["native"] : [])], own: Racer[] = [];
  for (const engine of engines) {
    const server = servers.use(await startEdge(engine, 1));
    const bare = ours(`bare, ${engine}`, engine, model);
    const served = ours(`server, ${engine}`, server.url, model);
    own.push(racer(bare), racer(served, () => processorSecondsOf(server.pid)));
  }
  return [...own, ...await peers(model)];
}

/** What a race is run with. */
export interface RaceOptions {
  /** Counted slices of each. */
  readonly steps: number;
  /** Whether the network takes so long that what is around it must be next to nothing. */
  readonly heldToBare: boolean;
}

/** Slices before any is counted: the code around the network gets faster for some. */
const warmSteps = 10;

/** Prints what each takes for a slice, and whether the server keeps to what it may add. */
export async function raceLatency(
  model: string,
  { steps, heldToBare }: RaceOptions,
): Promise<void> {
  await using servers = new AsyncDisposableStack();
  const racers = await openRacers(model, servers);
  try {
    for (const racer of racers) {
      for (let warm = 0; warm < warmSteps; warm++) await step(racer);
      racer.around.length = 0;
    }
    const before = racers.map(({ used }) => used());
    for (let turn = 0; turn < steps; turn++) {
      for (const racer of racers) racer.contender.record(await step(racer));
    }
    const processor = racers.map(({ used }, index) => 1000 * (used() - before[index]) / steps);
    print(model, racers, processor);
    const bars = [...(heldToBare ? ratiosOf(model, racers) : []), aroundOf(model, racers)];
    for (const bar of bars) console.log(barLine(bar));
  } finally {
    for (const { contender } of racers) contender.stop();
  }
}

function print(model: string, racers: readonly Racer[], processor: readonly number[]): void {
  console.log(
    `\n${model}: a slice of ${size}x${size}, one thread; server: TIFF in, overlay PNG out, over a socket`,
  );
  const [{ contender: bare }] = racers;
  console.table(Object.fromEntries(racers.map(({ contender, around }, index) => [contender.name, {
    "minimum (ms)": Number((1000 * contender.minimum()).toFixed(1)),
    "median (ms)": Number((1000 * contender.median()).toFixed(1)),
    "processor (ms)": Number(processor[index].toFixed(1)),
    "median / bare, wasm": Number((contender.median() / bare.median()).toFixed(3)),
    "around the network (ms)": around.length > 0 ? Number(median(around)!.toFixed(1)) : undefined,
  }])));
}

function ratiosOf(model: string, [bare, served]: readonly Racer[]): Bar[] {
  const ratio = (of: (contender: Contender) => number) => of(served.contender) / of(bare.contender);
  const what = `${model}, server / bare`;
  return [
    { what: `${what}, medians`, value: ratio((each) => each.median()), limit: 1.05 },
    { what: `${what}, minima`, value: ratio((each) => each.minimum()), limit: 1.05 },
  ];
}

function aroundOf(model: string, [, served]: readonly Racer[]): Bar {
  const what = `${model}, decode, scale, contour and encode, median`;
  return { what, value: median(served.around)!, limit: 5, unit: "ms" };
}
