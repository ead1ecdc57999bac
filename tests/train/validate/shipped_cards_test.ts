/** The cards that ship: their figures follow from each other, their networks from the code, and nothing is missing. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import proto from "onnx-proto";
import type { EvaluationCard, GroupCard } from "../../../shared/model_card.ts";
import { usualThreshold } from "../../../shared/threshold.ts";
import { institutionOf } from "../../../train/data/folds.ts";
import { type Model, readModel } from "../../../train/export/model_folder.ts";
import { recipes } from "../../../train/fit/training_settings.ts";
import {
  countParameters,
  multiplyAdds,
  referenceArchitecture,
} from "../../../train/network/unet_architecture.ts";
import { summarizeFigure } from "../../../train/validate/figure_summary.ts";
import { root } from "../support/run_command.ts";

/** Figures and the Dice they come from are each rounded to four digits. */
const rounding = 1e-4 + 1e-9;
/** Ten thousand resamples of the rounded values and of the exact ones. */
const intervalRounding = 5e-4;

const folder = join(root, "edge/models");
const models = new Map<string, Model>();
for (const name of await readdir(folder)) models.set(name, await readModel(join(folder, name)));
const cards = new Map([...models].map(([name, { card }]) => [name, card]));
const trained = { unet: recipes.best, preview: recipes.preview };

function assertClose(
  told: number | null | undefined,
  expected: number,
  within: number,
  of: string,
) {
  const close = typeof told === "number" && Math.abs(told - expected) <= within;
  assert.ok(close, `${of}: ${told} in the card, ${expected} by its patients' Dice`);
}

/** Means of groups that share all patients out, weighed by how many are in each. */
function meanOfGroups(groups: readonly GroupCard[]): number {
  const sum = (of: (group: GroupCard) => number) => groups.reduce((all, g) => all + of(g), 0);
  return sum(({ count, meanVolumeDice }) => count * meanVolumeDice!) / sum(({ count }) => count);
}

function assertFollowsFromPatients(entry: EvaluationCard, where: string): void {
  const dice = Object.entries(entry.diceByPatient!), all = dice.map(([, value]) => value);
  const { count, mean, median, interval } = summarizeFigure(all);
  assert.equal(entry.count, count, where);
  assertClose(entry.meanVolumeDice, mean!, rounding, `${where}: mean`);
  assertClose(entry.medianVolumeDice, median!, rounding, `${where}: median`);
  const [low, high] = entry.meanInterval95!;
  assertClose(low, interval!.low, intervalRounding, `${where}: lower end`);
  assertClose(high, interval!.high, intervalRounding, `${where}: upper end`);

  const institutions = Map.groupBy(dice, ([id]) => institutionOf(id));
  assert.deepEqual(entry.institutions!.map(({ name }) => name), [...institutions.keys()].sort());
  for (const { name, count, meanVolumeDice } of entry.institutions!) {
    const group = summarizeFigure(institutions.get(name)!.map(([, value]) => value));
    assert.equal(count, group.count, `${where}: ${name}`);
    assertClose(meanVolumeDice, group.mean!, rounding, `${where}: ${name}`);
  }
  assert.equal(entry.tumorSizes!.reduce((sum, { count }) => sum + count, 0), count, where);
  assertClose(meanOfGroups(entry.tumorSizes!), mean!, rounding, `${where}: tumor sizes`);
  assertAscend(entry.tumorSizes!, where);
}

/** Each size begins where the one before it has ended. */
function assertAscend(sizes: readonly GroupCard[], where: string): void {
  const ranges = sizes.map(({ name }) => /^(\w+): (\d+) to (\d+) voxels$/.exec(name)!.slice(1));
  assert.deepEqual(ranges.map(([size]) => size), ["small", "medium", "large"], where);
  const ends = ranges.flatMap(([, from, to]) => [Number(from), Number(to)]);
  assert.deepEqual(ends, ends.toSorted((a, b) => a - b), where);
}

for (const [name, card] of cards) {
  const measured = card.evaluation.filter(({ diceByPatient }) => diceByPatient);

  Deno.test(`the card of ${name}: every entry's figures follow from its patients' Dice`, () => {
    assert.ok(measured.length > 0);
    for (const entry of measured) assertFollowsFromPatients(entry, entry.patients);
  });

  Deno.test(`the card of ${name} tells the parameters and the cost of its network`, () => {
    const { parameters, multiplyAdds: told, ...architecture } = card.architecture;
    const side = 256 / (card.input.downsampling ?? 1);
    assert.equal(parameters, countParameters(architecture));
    assert.equal(told, multiplyAdds(architecture, side, side));
  });
}

/** What a network computes in, by the numbers that its kernels are of. */
function precisionOf({ onnx }: Model): "fp32" | "int8" {
  const { FLOAT, INT8 } = proto.onnx.TensorProto.DataType;
  const { initializer } = proto.onnx.ModelProto.decode(onnx).graph!;
  const kernels = initializer!.filter(({ dims }) => dims!.length === 4);
  const types = new Set(kernels.map(({ dataType }) => dataType));
  // In eight bits the last kernel is of floats all the same.
  if (types.has(INT8)) return "int8";
  assert.deepEqual([...types], [FLOAT]);
  return "fp32";
}

for (const [name, model] of models) {
  Deno.test(`the card of ${name} tells what its network computes in`, () => {
    assert.equal(model.card.precision ?? "fp32", precisionOf(model));
  });
}

Deno.test("unet computes in 32-bit floats", () => {
  const unet = models.get("unet")!;
  assert.deepEqual([unet.card.precision ?? "fp32", precisionOf(unet)], ["fp32", "fp32"]);
});

Deno.test("unet costs what the reference's network costs, within 5 %", () => {
  const cost = cards.get("unet")!.architecture.multiplyAdds;
  const share = cost / multiplyAdds(referenceArchitecture, 256, 256);
  assert.ok(Math.abs(share - 1) < 0.05, `${share}`);
});

Deno.test("preview costs at most a quarter of what unet costs", () => {
  const [preview, unet] = ["preview", "unet"].map((name) =>
    cards.get(name)!.architecture.multiplyAdds
  );
  assert.ok(preview <= unet / 4, `${preview} multiply-adds of ${unet}`);
});

/** The figures of a cross-validation, by which our models are judged. */
function crossvalidated(name: string): EvaluationCard {
  const entry = cards.get(name)!.evaluation[0];
  assert.match(entry.patients, /^cross-validation/);
  return entry;
}

Deno.test("preview is within 0.02 of unet's mean Dice in cross-validation on the same patients", () => {
  const [preview, unet] = ["preview", "unet"].map(crossvalidated);
  const ids = ({ diceByPatient }: EvaluationCard) => Object.keys(diceByPatient!).sort();
  assert.deepEqual(ids(preview), ids(unet));
  const sizes = ({ tumorSizes }: EvaluationCard) =>
    tumorSizes!.map(({ name, count }) => [name, count]);
  assert.deepEqual(sizes(preview), sizes(unet));
  const loss = unet.meanVolumeDice - preview.meanVolumeDice;
  assert.ok(loss <= 0.02 + 1e-9, `${preview.meanVolumeDice} and ${unet.meanVolumeDice}`);
});

/** Models that patients without the other sequences lose little with. */
const goodWithFlairAlone = ["preview"];

for (const name of goodWithFlairAlone) {
  Deno.test(`${name} loses at most 0.03 of its mean Dice in cross-validation from FLAIR alone`, () => {
    const { meanVolumeDice, variants } = crossvalidated(name);
    const alone = variants!.find((variant) => /FLAIR alone/.test(variant.name))!;
    const loss = meanVolumeDice - alone.meanVolumeDice!;
    assert.ok(loss <= 0.03 + 1e-9, `${alone.meanVolumeDice} instead of ${meanVolumeDice}`);
  });
}

/** A model's figures with each slice scaled on its own; what the volume tells of its pieces is no matter of scaling. */
function scaledBySlice(name: string) {
  const { smallestComponent } = cards.get(name)!;
  const way =
    `scaled by the slice, the volume's pieces under ${smallestComponent} of its largest left out`;
  return crossvalidated(name).variants!.find((variant) => variant.name === way);
}

for (const name of Object.keys(trained)) {
  Deno.test(`a lone slice's own scaling costs ${name} at most 0.01 of its mean Dice in cross-validation`, () => {
    const { meanVolumeDice } = crossvalidated(name), alone = scaledBySlice(name);
    assert.ok(alone, `${name} tells of slices scaled on their own`);
    const loss = meanVolumeDice - alone.meanVolumeDice!;
    assert.ok(loss <= 0.01 + 1e-9, `${alone.meanVolumeDice} instead of ${meanVolumeDice}`);
  });
}

/** What an entry of a card that we trained must tell. */
const figures = [
  ...["patients", "count", "meanVolumeDice", "medianVolumeDice", "meanInterval95"] as const,
  ...["diceByPatient", "sensitivity", "precision", "hd95", "calibration"] as const,
  ...["institutions", "tumorSizes", "variants"] as const,
] satisfies readonly (keyof EvaluationCard)[];

/** The other ways to use the model: with every piece, without small ones, and each with flips averaged. */
const ways = [
  /^scaled by the volume$/,
  /^scaled by the volume, (largest component|pieces under .* left out)$/,
  /^scaled by the volume, flips averaged$/,
  /^scaled by the volume, flips averaged, (largest component|pieces under .* left out)$/,
  /^scaled by the slice/,
  /FLAIR alone/,
];

function assertComplete(entry: EvaluationCard): void {
  for (const figure of figures) assert.ok(entry[figure] != null, `${entry.patients}: ${figure}`);
  const { error, errorAfter } = entry.calibration!;
  assert.ok(errorAfter <= error, `${entry.patients}: a temperature that fits best helps them`);
  for (const way of ways) {
    const found = entry.variants!.find((variant) => way.test(variant.name));
    assert.equal(found?.count, entry.count, `${entry.patients}: ${way}`);
  }
  // The model as it is used is one of the ways.
  assert.ok(
    entry.variants!.some(({ meanVolumeDice }) =>
      Math.abs(meanVolumeDice! - entry.meanVolumeDice) < 1e-3
    ),
    `${entry.patients}: as it is used`,
  );
}

for (const [name, recipe] of Object.entries(trained)) {
  const card = cards.get(name)!;

  Deno.test(`the card of ${name} tells all that a card has to tell`, () => {
    const { training, intensities, evaluation, notFor, licence } = card;
    assert.ok(Array.isArray(training.patients) && training.patients.length === 50);
    assert.equal(new Set(training.patients).size, 50);
    assert.match(training.recipe, /deno task train/);
    assert.ok(Number.isInteger(training.seed) && Number.isInteger(training.start?.seed));
    assert.ok(intensities);
    assert.match(notFor, /not for clinical use/i);
    assert.match(notFor, /untested on other tumors, children and operated brains/);
    assert.deepEqual(Object.keys(card.sha256), ["model.onnx", "weights.safetensors"]);
    assert.match(licence, /not for commercial use/i);
    assert.match(evaluation[0].patients, /^cross-validation in 5 folds of the 50 patients/);
    for (const entry of evaluation) assertComplete(entry);
    for (const { ofOtherNetworks = false, diceByPatient, patients } of evaluation) {
      const ownPatients = Object.keys(diceByPatient!).some((id) => training.patients.includes(id));
      const said = ofOtherNetworks || /: trained on$/.test(patients);
      assert.equal(said, ownPatients, `${patients}: says whether it had been trained on them`);
    }
  });

  Deno.test(`--recipe trains the network of ${name}, fed and cleaned up as its card says`, () => {
    const { architecture, input, preprocessing, smallestComponent, threshold } = card;
    assert.deepEqual(
      {
        features: architecture.features,
        depth: architecture.depth,
        separable: architecture.separable ?? false,
        sequences: input.sequences,
        threshold,
        downsampling: input.downsampling ?? 1,
        preprocessing,
        smallestComponent,
      },
      {
        features: recipe.features,
        depth: recipe.depth,
        separable: recipe.separable ?? false,
        sequences: recipe.sequences,
        threshold: usualThreshold,
        downsampling: recipe.downsampling,
        preprocessing: recipe.preprocessing,
        smallestComponent: recipe.smallestComponent,
      },
    );
  });
}
