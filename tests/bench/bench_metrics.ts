/**
 * `deno task bench:metrics`: HD95 and Dice of a volume against MONAI and scipy, in turns in one run, so that a machine
 * that slows down slows all. Prints each contender's times, what it found, and the ratios to Gliomap's. Dice is also held
 * against memory itself: against a copy of both masks by memcpy, and against reading them.
 *
 * @module
 */
import { Command } from "commander";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseNumber } from "../../shared/argument.ts";
import { Contender } from "./contender.ts";
import { copies, noise, type Outlines, outlines, shape, spacing } from "./metrics_volume.ts";
import { peersPython } from "./peers.ts";

const here = import.meta.dirname!;

function gliomap(name: string, work: string, folder: string): Contender {
  const script = `${here}/metrics_step.ts`;
  return new Contender(name, Deno.execPath(), ["run", "--allow-all", script, work, folder]);
}

function peer(name: string, work: string, folder: string): Contender {
  const numbers = [...shape, ...spacing, copies].map(String);
  return new Contender(name, peersPython, [`${here}/metrics_step.py`, work, folder, ...numbers]);
}

/** Takes the contenders' steps in turns, some uncounted ones first, and gives what each of them found. */
async function race(
  contenders: readonly Contender[],
  uncounted: number,
  steps: number,
): Promise<number[]> {
  const found: number[] = [];
  for (const contender of contenders) found.push((await contender.answer()).value!); // compiles
  for (let step = 0; step < uncounted + steps; step++) {
    for (const contender of contenders) {
      const seconds = await contender.step();
      if (step >= uncounted) contender.record(seconds);
    }
  }
  return found;
}

const milliseconds = (seconds: number) => Number((seconds * 1000).toFixed(2));

function printRatios(ours: Contender, theirs: Contender, work: string): void {
  const [median, minimum] = [ours.median() / theirs.median(), ours.minimum() / theirs.minimum()];
  console.log(
    `ratio ${work} ${ours.name} / ${theirs.name}: median ${median.toFixed(3)}, minimum ${
      minimum.toFixed(3)
    }`,
  );
}

async function raceHd95(name: string, folder: string, steps: number): Promise<void> {
  const contenders = [
    gliomap("Gliomap", "hd95", folder),
    peer("MONAI", "monai-hd95", folder),
    peer("scipy", "scipy-hd95", folder),
  ];
  try {
    const found = await race(contenders, 1, steps);
    console.log(`\nHD95, ${shape.join("x")}, ${name}`);
    console.table(Object.fromEntries(contenders.map((contender, index) => [contender.name, {
      "minimum (ms)": milliseconds(contender.minimum()),
      "median (ms)": milliseconds(contender.median()),
      "HD95 (mm)": Number(found[index].toFixed(4)),
    }])));
    for (const theirs of contenders.slice(1)) printRatios(contenders[0], theirs, "HD95");
  } finally {
    for (const contender of contenders) contender.stop();
  }
}

async function raceDice(name: string, folder: string, steps: number): Promise<void> {
  const contenders = [
    gliomap("Gliomap", "dice", folder),
    gliomap("copy by memcpy", "copy", folder),
    gliomap("read in JavaScript", "read", folder),
    peer("read in numpy", "numpy-read", folder),
    peer("numpy", "numpy-dice", folder),
    peer("MONAI", "monai-dice", folder),
  ];
  const bytes = 2 * shape.reduce((size, length) => size * length, 1);
  try {
    const found = await race(contenders, 2 * copies, copies * steps);
    console.log(`\nDice, ${shape.join("x")}, ${name}, ${copies} pairs of masks in turn`);
    console.table(Object.fromEntries(contenders.map((contender, index) => [contender.name, {
      "minimum (ms)": milliseconds(contender.minimum()),
      "median (ms)": milliseconds(contender.median()),
      "GB/s at best": Number((bytes / contender.minimum() / 1e9).toFixed(1)),
      "Dice": /^(copy|read) /.test(contender.name) ? "" : Number(found[index].toFixed(6)),
    }])));
    for (const theirs of contenders.slice(1)) printRatios(contenders[0], theirs, "Dice");
  } finally {
    for (const contender of contenders) contender.stop();
  }
}

function write(folder: string, { prediction, reference }: Outlines): void {
  writeFileSync(join(folder, "prediction.bin"), prediction);
  writeFileSync(join(folder, "reference.bin"), reference);
}

async function run({ steps }: { readonly steps: number }): Promise<void> {
  if (!existsSync(peersPython)) {
    throw new Error(
      "Cannot compare with MONAI as it must be installed: run `deno task bench:peers`",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "gliomap-"));
  try {
    for (const [name, masks] of Object.entries(outlines())) {
      write(folder, masks);
      await raceHd95(name, folder, steps);
      await raceDice(name, folder, steps);
    }
    write(folder, noise());
    await raceDice("noise, half of all voxels", folder, steps);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await new Command("bench:metrics")
  .description("Times HD95 and Dice against MONAI and scipy (set up by `deno task bench:peers`).")
  .option(
    "--steps <n>",
    `counted steps of each; ${copies} times as many of Dice`,
    (text) => parseNumber("--steps", text, { integer: true, minimum: 1 }),
    10,
  )
  .action(run)
  .parseAsync();
