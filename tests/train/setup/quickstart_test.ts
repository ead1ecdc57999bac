/** The quick start's own command, in a checkout of its own, on a machine whose TensorFlow is not where it is looked for. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { findTensorFlow, libraryVariable } from "../../../train/engine/tensorflow/libraries.ts";
import { readRun } from "../../../train/run/run_record.ts";
import { commandEnvironment, root } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** A few slices of each patient of the sample, with the one that an export is checked on. */
const slices = {
  TCGA_CS_4943_20000902: [16, 17],
  TCGA_DU_5855_19951217: [14, 15],
  TCGA_FG_6692_20020606: [14, 15],
  TCGA_HT_7602_19951103: [8, 9],
};

/** A checkout as a clone is, TensorFlow not set up; of the sample it has little, so that the test is short. */
async function makeCheckout(folder: string): Promise<void> {
  const sample = join(root, "train/sample");
  const isCode = (path: string) => !path.startsWith(sample);
  for (const part of ["deno.json", "deno.lock", "shared", "train"]) {
    await cp(join(root, part), join(folder, part), { recursive: true, filter: isCode });
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [patient, numbers] of Object.entries(slices)) {
    await copySlices(join(folder, "train/sample"), patient, numbers);
  }
}

/** Runs it where no program is found, Python and pip among them. */
async function quickstart(checkout: string, libraries?: string): Promise<string> {
  const nothing = join(checkout, "nothing"),
    { [libraryVariable]: _, ...usual } = Deno.env.toObject();
  await mkdir(nothing, { recursive: true });
  const command = ["train/commands/quickstart.ts", "--once", "--epochs", "2"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", ...command],
    cwd: checkout,
    clearEnv: true,
    env: {
      ...usual,
      ...commandEnvironment,
      PATH: nothing,
      ...(libraries === undefined ? {} : { [libraryVariable]: libraries }),
    },
  }).output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stdout) + text.decode(stderr));
  return text.decode(stdout);
}

/** Everything that the quick start promises is there. */
async function assertComplete(checkout: string, backend: RegExp): Promise<void> {
  const run = join(checkout, "runs/quickstart"), { config, metrics, split } = await readRun(run);
  assert.match(config.backend.name, backend);
  assert.deepEqual([split.training.length, split.validation.length], [3, 1]);
  assert.equal(metrics.epochs.length, 2);
  for (const { trainingLoss, validationLoss, validationDice } of metrics.epochs) {
    for (const figure of [trainingLoss, validationLoss, validationDice]) {
      assert.ok(typeof figure === "number" && figure >= 0, String(figure));
    }
  }
  const card = parseModelCard(await readFile(join(run, "model/card.json"), "utf8"));
  assert.equal(card.input.downsampling, 2);
  assert.ok((await stat(join(run, "model/model.onnx"))).size > 100_000);
  const report = await readFile(join(run, "report.html"), "utf8");
  assert.ok(report.includes(split.validation[0]) && report.includes("<svg"));
}

Deno.test("quickstart without pip trains, exports, measures and reports on the engine that is there", () =>
  withFolder(async (checkout) => {
    await makeCheckout(checkout);
    const said = await quickstart(checkout);
    assert.doesNotMatch(said, /Downloading/);
    assert.match(said, /Python's pip must be installed: .*Training without it, which is slower/);
    assert.match(said, /Training on Web.*TensorFlow is not installed \(deno task setup\)/);
    assert.match(said, /What the exported model makes of the patient it never saw\n.*Dice/);
    await assertComplete(checkout, /^(wasm|webgpu)$/);
    const left = await readdir(join(checkout, ".tensorflow")).catch(() => []);
    assert.deepEqual(left, [], "a setup that failed leaves nothing");
  }));

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();

Deno.test({
  name: "quickstart takes TensorFlow from where GLIOMAP_TENSORFLOW says, and downloads none",
  ignore,
  fn: () =>
    withFolder(async (checkout) => {
      await makeCheckout(checkout);
      const said = await quickstart(checkout, findTensorFlow());
      assert.match(said, /^TensorFlow is in .*, which GLIOMAP_TENSORFLOW names$/m);
      assert.doesNotMatch(said, /pip must|Downloading/);
      await assertComplete(checkout, /^tensorflow$/);
    }),
});
