/**
 * `deno task bench:models`: what each model costs, from the bytes of a TIFF slice to its mask, on one WebAssembly
 * thread, in turns in one run; beside it the Dice that its card tells. `--plot` draws the one against the other. Says
 * whether the preview is as much lighter than the full model as it must be, and scaling of a patient fast enough, and
 * all that the page does to prepare one, in Chromium where it is installed.
 *
 * @module
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { decodeImage } from "../../shared/image/decode.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { segmentSlice } from "../../shared/inference/segment_slice.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { findPatients, readPatient } from "../../train/data/dataset.ts";
import { median } from "../../train/evaluation/average.ts";
import { readModel } from "../../train/export/model_folder.ts";
import { type CostedModel, drawCosts, paretoFront } from "../../train/report/cost_plot.ts";
import { tellingEvaluation } from "../../train/report/telling_evaluation.ts";
import { numberParser } from "../../train/terminal/command_line.ts";
import { findChromium } from "../e2e/browser.ts";
import { slicePath } from "../edge/support/files.ts";
import { barLine } from "./bar.ts";
import { modelBars } from "./model_bars.ts";
import { timePreparation } from "./prepare_in_browser.ts";
import { scalingBars } from "./sixty_slices.ts";

const shipped = fileURLToPath(new URL("../../edge/models/", import.meta.url));
const sample = fileURLToPath(new URL("../../train/sample/", import.meta.url));
const wasm = fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));

/** A model, loaded. */
interface Candidate {
  readonly name: string;
  readonly card: ModelCard;
  readonly run: () => Promise<number>;
  readonly times: number[];
}

async function load(folder: string, tiff: Uint8Array): Promise<Candidate> {
  const { card, onnx } = await readModel(folder);
  const engine = await createEngine({ model: onnx, wasmBinary: await readFile(wasm) });
  const run = async () => {
    const start = performance.now();
    await segmentSlice(engine, card, await decodeImage(tiff));
    return performance.now() - start;
  };
  return { name: basename(folder), card, run, times: [] };
}

async function race(candidates: readonly Candidate[], turns: number): Promise<void> {
  for (const { run } of candidates) await run(); // The first run compiles.
  for (let turn = 0; turn < turns; turn++) {
    for (const { run, times } of candidates) times.push(await run());
  }
}

interface Options {
  readonly turns: number;
  readonly plot?: string;
}

const command = new Command("bench:models")
  .description("Times models slice by slice on one WebAssembly thread and tells their Dice.")
  .argument("[folders...]", "models (default: those in edge/models)")
  .option(
    "--turns <n>",
    "slices of each",
    numberParser("--turns", { minimum: 1, integer: true }),
    15,
  )
  .option("--plot <file>", "an SVG of Dice against time")
  .action(async (given: string[], { turns, plot }: Options) => {
    const folders = given.length
      ? given
      : (await readdir(shipped)).map((name) => join(shipped, name));
    const tiff = await readFile(slicePath);
    const candidates: Candidate[] = [];
    for (const folder of folders) candidates.push(await load(folder, tiff));
    await race(candidates, turns);
    const slowest = Math.max(...candidates.map(({ times }) => median(times)!));
    const slowestMinimum = Math.max(...candidates.map(({ times }) => Math.min(...times)));
    const models: CostedModel[] = [];
    const rows = candidates.map(({ name, card, times }) => {
      const told = tellingEvaluation(card), usual = median(times)!, minimum = Math.min(...times);
      if (told) {
        models.push({
          name,
          milliseconds: usual,
          dice: told.entry.meanVolumeDice,
          trainedOnThem: told.trainedOn,
        });
      }
      return [name, {
        "minimum (ms)": Number(minimum.toFixed(1)),
        "median (ms)": Number(usual.toFixed(1)),
        "of the slowest, minimum": Number((minimum / slowestMinimum).toFixed(3)),
        "of the slowest, median": Number((usual / slowest).toFixed(3)),
        "mean Dice": told?.entry.meanVolumeDice,
        patients: told && `${told.entry.count}, ${told.trainedOn ? "trained on" : "unseen"}`,
      }];
    });
    console.table(Object.fromEntries(rows));
    const medians = new Map(candidates.map(({ name, times }) => [name, median(times)!]));
    const { volume } = await readPatient((await findPatients(sample))[0]);
    const chromium = findChromium();
    if (!chromium) {
      console.log("No Chromium was found: preparing a patient in the page is not timed.");
    }
    const prepared = chromium ? await timePreparation(chromium, volume, turns) : [];
    if (chromium) console.table(Object.fromEntries(prepared.flatMap(({ rows }) => rows)));
    const bars = [
      ...modelBars(medians),
      ...scalingBars(volume, turns),
      ...prepared.map(({ bar }) => bar),
    ];
    for (const bar of bars) console.log(barLine(bar));
    console.log(`front: ${paretoFront(models).map(({ name }) => name).join(", ")}`);
    if (plot) await writeFile(plot, await drawCosts(models));
  });

await command.parseAsync(Deno.args, { from: "user" });
