import assert from "node:assert/strict";
import test from "node:test";
import { parseModelCard } from "../../shared/parse_model_card.ts";

/** A card that is right, fresh for each test to spoil. */
function makeCard(): Record<string, unknown> {
  return {
    name: "test",
    version: "1.0.0",
    architecture: {
      kind: "unet",
      inputChannels: 3,
      outputChannels: 1,
      features: 32,
      depth: 4,
      parameters: 161985,
      multiplyAdds: 3.525e9,
    },
    input: { sequences: ["pre-contrast", "FLAIR", "post-contrast"], sizeMultiple: 8 },
    preprocessing: { method: "percentile", low: 10, high: 99 },
    output: "probability",
    threshold: 0.5,
    smallestComponent: 0,
    training: {
      data: "four patients",
      patients: ["A", "B"],
      recipe: "as written",
      seed: 42,
      epochs: 3,
    },
    evaluation: [{
      patients: "not trained on",
      count: 2,
      meanVolumeDice: 0.7,
      medianVolumeDice: 0.8,
    }],
    licence: "CC BY-NC-SA 4.0",
    source: "a test",
    notFor: "clinical use",
    sha256: { "model.onnx": "0".repeat(64) },
  };
}

/** The card with the field at `path` replaced; undefined removes it. */
function spoiled(path: string, value: unknown): unknown {
  const card = makeCard(), keys = path.split(".");
  let parent = card as Record<string, Record<string, unknown>>;
  for (const key of keys.slice(0, -1)) parent = parent[key] as never;
  parent[keys.at(-1)!] = value as never;
  return JSON.parse(JSON.stringify(card));
}

test("parseModelCard reads a card from text and from a value, further training details included", () => {
  assert.deepEqual(parseModelCard(JSON.stringify(makeCard())), makeCard());
  assert.deepEqual(parseModelCard(makeCard()), makeCard());
});

test("parseModelCard takes words for patients, and no seed or median", () => {
  const card = makeCard();
  card.training = { data: "d", patients: "88 whose names are not published", recipe: "r" };
  card.evaluation = [{ patients: "p", count: 1, meanVolumeDice: 0 }];
  assert.deepEqual(parseModelCard(card), card);
});

const wrong: [path: string, value: unknown, complaint: string][] = [
  ["name", undefined, "name must be a text: current value is undefined"],
  ["version", 1, "version must be a text: current value is 1"],
  ["architecture", null, "architecture must be an object: current value is null"],
  ["architecture.kind", "vit", 'architecture.kind must be one of unet: current value is "vit"'],
  ["architecture.depth", 0, "architecture.depth must be a whole number from 1: current value is 0"],
  [
    "architecture.features",
    1.5,
    "architecture.features must be a whole number from 1: current value is 1.5",
  ],
  [
    "architecture.separable",
    "yes",
    'architecture.separable must be true or false: current value is "yes"',
  ],
  [
    "input.sequences",
    ["FLAIR"],
    'input.sequences must be a list of 3, one a channel: current value is ["FLAIR"]',
  ],
  [
    "input.sequences.1",
    "T2",
    "input.sequences[1] must be one of pre-contrast, FLAIR, post-contrast",
  ],
  ["input.sizeMultiple", "8", "input.sizeMultiple must be a whole number from 1"],
  ["preprocessing.method", "none", "preprocessing.method must be one of percentile"],
  [
    "preprocessing.high",
    10,
    "preprocessing.high must be over preprocessing.low, 10: current value is 10",
  ],
  [
    "preprocessing.low",
    -1,
    "preprocessing.low must be a number from 0 to 100: current value is -1",
  ],
  ["output", "logits", "output must be one of probability"],
  ["threshold", 2, "threshold must be a number from 0 to 1: current value is 2"],
  ["smallestComponent", 2, "smallestComponent must be a number from 0 to 1: current value is 2"],
  [
    "training.patients",
    [1],
    "training.patients must be a text or a list of texts: current value is [1]",
  ],
  ["training.seed", "x", "training.seed must be a number"],
  ["training.start", "preview", "training.start must be an object"],
  ["training.start", {}, "training.start.folder must be a text"],
  ["training.start", { folder: "a", seed: "x" }, "training.start.seed must be a number"],
  [
    "training.start",
    { folder: "a", sha256: "abc" },
    "training.start.sha256 must be 64 hexadecimal digits",
  ],
  [
    "training.start",
    { folder: "a", model: { name: "preview" } },
    "training.start.model.version must be a text",
  ],
  ["evaluation", {}, "evaluation must be a list"],
  ["evaluation.0", "good", "evaluation[0] must be an object"],
  ["evaluation.0.meanVolumeDice", 1.1, "evaluation[0].meanVolumeDice must be a number from 0 to 1"],
  [
    "evaluation.0.medianVolumeDice",
    null,
    "evaluation[0].medianVolumeDice must be a number from 0 to 1",
  ],
  [
    "evaluation.0.ofOtherNetworks",
    "yes",
    'evaluation[0].ofOtherNetworks must be true or false: current value is "yes"',
  ],
  ["notFor", undefined, "notFor must be a text"],
  ["sha256", { "model.onnx": "abc" }, 'sha256["model.onnx"] must be 64 hexadecimal digits'],
];

for (const [path, value, complaint] of wrong) {
  test(`parseModelCard refuses ${path} = ${JSON.stringify(value)}`, () => {
    assert.throws(() => parseModelCard(spoiled(path, value)), (error: Error) => {
      assert.equal(error.name, "TypeError");
      assert.ok(
        error.message.startsWith(`Cannot read the model card as ${complaint}`),
        error.message,
      );
      return true;
    });
  });
}

test("parseModelCard refuses what is no JSON, or no object", () => {
  assert.throws(() => parseModelCard("{"), /Cannot read the model card as it must be JSON/);
  assert.throws(() => parseModelCard("[]"), /it must be an object: current value is \[\]/);
  assert.throws(() => parseModelCard(undefined), TypeError);
});
