/**
 * `deno task validate`: how good outlines are, patient by patient and over a cohort.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { Command } from "commander";
import { queueOptions } from "../queue/queue_options.ts";
import { parseNumbers } from "../../shared/argument.ts";
import type { Spacing } from "../../shared/spacing.ts";
import { usualThreshold } from "../../shared/threshold.ts";
import { modelFolder } from "../export/model_folder.ts";
import { withQueuedJobs } from "../queue/queued_jobs.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import {
  choiceParser,
  countParser,
  notForClinicalUse,
  numberParser,
  runCommand,
} from "../terminal/command_line.ts";
import { compareValidations } from "../validate/comparison.ts";
import { comparisonTable } from "../validate/comparison_table.ts";
import { evaluationCard, writeEvaluation } from "../validate/evaluation_card.ts";
import { foldsSource } from "../validate/folds_source.ts";
import { checkGate, type Gate, parseGate } from "../validate/gate.ts";
import { drawWorst, measureCohort } from "../validate/measure.ts";
import { metricNames } from "../validate/metrics.ts";
import { defaultWorkers, type JobOptions } from "../validate/patient_workers.ts";
import { comparisonPage } from "../validate/report/comparison_page.ts";
import { figuresOf, maskSource, modelSource } from "../validate/validation_source.ts";
import type { SourceOptions, ValidationSource } from "../validate/validation_source.ts";
import { toJson } from "../validate/validation_json.ts";
import { gateLines, validationTable } from "../validate/validation_table.ts";
import { writeValidation } from "../validate/write_validation.ts";

/** What a script finds when all was measured and a gate was not passed. */
const gateStatus = 2;

interface Options extends Omit<SourceOptions, "spacing" | "variants"> {
  readonly predictions?: string;
  readonly model?: string;
  readonly folds?: string;
  readonly quantize?: "int8";
  readonly compare?: string[];
  readonly spacing?: Spacing;
  readonly variants?: boolean;
  readonly gate?: readonly Gate[];
  readonly out?: string;
  readonly worst: number;
  readonly workers: number;
  readonly queue?: string;
  readonly shared?: boolean;
  readonly patience?: number;
  readonly card?: string;
}

async function run(options: Options): Promise<void> {
  const { predictions, model, folds, compare } = options;
  const networks = folds ?? model;
  if ([predictions, networks, compare].filter((given) => given !== undefined).length !== 1) {
    throw new TypeError(
      "Cannot validate as one of --predictions, --model, --folds and --compare must be given",
    );
  }
  if (folds !== undefined && (options.card === undefined) !== (model === undefined)) {
    throw new TypeError(
      "Cannot validate as --folds goes with both --card and --model, whose card is written, or with neither",
    );
  }
  if (options.quantize !== undefined && folds === undefined) {
    throw new TypeError(
      "Cannot validate as --quantize goes with --folds, whose networks are exported to be measured: a model is " +
        `quantized by deno task export --quantize ${options.quantize}`,
    );
  }
  const { queue, workers } = options;
  if (queue === undefined) return await runJobs(options, { workers });
  const given = absolute(options);
  const queued = { ...options, queue, run: [{ ...given, out: undefined }] };
  await withQueuedJobs(queued, (jobs) => runJobs(given, jobs));
}

/** Workers know files by their absolute paths, or copies by those. */
function absolute(options: Options): Options {
  const { predictions, references, model, folds, data, images, compare } = options;
  const path = (given?: string) => given === undefined ? undefined : resolve(given);
  return {
    ...options,
    predictions: path(predictions),
    references: path(references),
    model: path(model),
    folds: path(folds),
    data: path(data),
    images: path(images),
    compare: compare?.map((given) => resolve(given)),
  };
}

async function runJobs(options: Options, jobs: JobOptions): Promise<void> {
  const { compare } = options;
  const source = { ...options, spacing: options.spacing ?? null, variants: !!options.variants };
  if (compare) await comparePair(compare, source, options, jobs);
  else await validate(source, options, jobs);
}

async function validate(
  source: SourceOptions,
  options: Options,
  jobs: JobOptions,
): Promise<void> {
  const { model, folds, out, worst: worstCount, card } = options;
  if (card !== undefined && model === undefined) {
    throw new TypeError("Cannot write to a card as --card goes with --model");
  }
  const found = await sourceOf(options, source);
  // Before hours of measuring, rather than after.
  if (out !== undefined) await mkdir(out, { recursive: true });
  const validation = await measureCohort(found, jobs);
  const gates = (options.gate ?? []).map((gate) => checkGate(gate, validation.patients));
  console.log(validationTable(validation));
  console.log(`\n${found.name}. ${found.measuredOn}`);
  if (gates.length) console.log(gateLines(gates));
  console.log(notForClinicalUse);
  for (const problem of validation.problems) console.error(`error: ${problem}`);
  for (const problem of validation.unmatched) console.error(`left out: ${problem}`);
  if (out !== undefined) {
    const worst = await drawWorst(found, validation, worstCount, jobs);
    const { name, measuredOn, record } = found;
    const content = { name, measuredOn, validation, gates, worst };
    console.log(await writeValidation(out, record, content));
  }
  if (card !== undefined) {
    const ofOtherNetworks = folds !== undefined;
    await writeEvaluation(model!, evaluationCard(card, validation, { ofOtherNetworks }));
  }
  if (validation.problems.length) process.exitCode = 1;
  else if (gates.some(({ passed }) => !passed)) process.exitCode = gateStatus;
}

async function sourceOf(
  { predictions, model, folds, quantize }: Options,
  source: SourceOptions,
): Promise<ValidationSource> {
  if (folds !== undefined) return await foldsSource(folds, { ...source, model, quantize });
  return model === undefined
    ? await maskSource(predictions!, source)
    : await modelSource(model, source);
}

async function comparePair(
  paths: readonly string[],
  source: SourceOptions,
  { out, gate }: Options,
  jobs: JobOptions,
): Promise<void> {
  if (gate) throw new TypeError("Cannot compare with --gate as it must be one validation's");
  if (paths.length !== 2) {
    throw new TypeError(
      `Cannot compare as --compare must name two: current value is ${paths.join(" ")}`,
    );
  }
  const a = await figuresOf(paths[0], source, jobs);
  const b = await figuresOf(paths[1], source, jobs);
  const comparison = compareValidations(a.patients, b.patients);
  const unit = a.patients[0].spacing ? "mm" : "voxels";
  console.log(comparisonTable(a.name, b.name, comparison, unit));
  console.log(notForClinicalUse);
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  const json = { a: paths[0], b: paths[1], unit, ...comparison, notFor: notForClinicalUse };
  await writeWholeFile(join(out, "comparison.json"), toJson(json));
  const page = join(out, "comparison.html");
  await writeWholeFile(page, await comparisonPage({ a, b, comparison, unit }));
  console.log(page);
}

const [queue, shared, patience] = queueOptions;

const command = new Command("validate")
  .description(
    "Measures outlines against references: every patient, the cohort, its groups. Or tells whether two models differ.",
  )
  .option("--predictions <path>", "masks or probabilities: PNG, TIFF, NIfTI, DICOM-SEG, .npy")
  .option("--references <path>", "masks of the same names")
  .option("--model <folder>", "model.onnx and card.json, to outline --data", modelFolder)
  .option(
    "--folds <folder>",
    "a finished cross-validation: each patient by the network it is new to",
  )
  .option(
    "--quantize <type>",
    "int8: the networks of --folds in eight bits, each fitted to slices of those it learned from",
    choiceParser("--quantize", ["int8"] as const),
  )
  .option("--data <folder>", "patients, as deno task train takes them")
  .option(
    "--compare <paths...>",
    "two of: model, predictions, validation.json",
    (path: string, before: string[] = []) => [...before, modelFolder(path)],
  )
  .option("--out <folder>", "where JSON, CSV and an HTML page go")
  .option("--gate <condition>", 'as "mean(dice)>=0.85"; may be given again', collectGates)
  .option("--patients <names>", "only these, separated by commas", splitNames)
  .option("--images <path>", "what the outlines are drawn over (default: beside the references)")
  .option("--spacing <mm>", "slices,rows,columns where files do not say", parseSpacing)
  .option(
    "--tolerance <mm>",
    "how far outlines may be apart in NSD; voxels without a spacing",
    numberParser("--tolerance", { minimum: 0 }),
    1,
  )
  .option(
    "--threshold <p>",
    "probabilities in files over this are tumor",
    numberParser("--threshold", { minimum: 0, maximum: 1 }),
    usualThreshold,
  )
  .option(
    "--labels <which>",
    "binary: 0 and 1, or 0 and 255; any: all from 1 to 255 are tumor",
    choiceParser("--labels", ["binary", "any"]),
    "binary",
  )
  .option("--allow-unmatched", "leave out files without a counterpart")
  .option(
    "--variants",
    "the model with flips, by lone slices, from FLAIR alone, without small pieces (4 times as long)",
  )
  .option("--card <patients>", "write the figures into the model's card; says who the patients are")
  .option(
    "--worst <n>",
    "patients that the page shows",
    numberParser("--worst", { integer: true, minimum: 0 }),
    6,
  )
  .option("--workers <n>", "patients measured at once", countParser("--workers"), defaultWorkers())
  .addOption(queue)
  .addOption(shared)
  .addOption(patience)
  .addHelpText(
    "after",
    `
Gates: mean, median, min or max of a metric, or percentile(METRIC,RANK); >=, <=, > or <.
Metrics: ${metricNames.join(", ")}.
Exit status: 0; 1 when something could not be measured; ${gateStatus} when a gate is not passed.`,
  )
  .action(run);

function collectGates(text: string, gates: readonly Gate[] = []): Gate[] {
  return [...gates, parseGate(text)];
}

function splitNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function parseSpacing(text: string): Spacing {
  const spacing = parseNumbers("--spacing", text, { above: 0 });
  if (spacing.length === 3) return spacing;
  throw new TypeError(
    `Cannot use --spacing as it must be three numbers, slices,rows,columns: current value is "${text}"`,
  );
}

await runCommand(command);
