/** Steps that XLA compiles: the same training, and what becomes of what XLA cannot compile. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { precisions } from "../../../train/engine/kernels/precision.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import type { CompiledTraining } from "../support/compiled_training.ts";
import { goldenSteps } from "../support/golden_steps.ts";

const ignore = Deno.env.get("CI") !== "true" && !findTensorFlow();
let training: Promise<CompiledTraining> | undefined;

/** What the training came to; it is done once for all tests. */
function trained(): Promise<CompiledTraining> {
  return training ??= (async () => {
    const program = fileURLToPath(import.meta.resolve("../support/compiled_training.ts"));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", program],
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert.ok(success, said);
    assert.doesNotMatch(said, /Steps are not compiled/);
    return JSON.parse(new TextDecoder().decode(stdout));
  })();
}

function check(name: string, fn: (training: CompiledTraining) => void) {
  Deno.test({ name, ignore, fn: async () => fn(await trained()) });
}

function assertNear(actual: number[], expected: readonly number[], tolerance: number) {
  assert.equal(actual.length, expected.length);
  actual.forEach((loss, step) => {
    const error = Math.abs(loss - expected[step]);
    assert.ok(error < tolerance, `loss of step ${step}: ${loss}, not ${expected[step]}`);
  });
}

check("openBackend compiles by TensorFlow, and says that it does", ({ description, reason }) => {
  assert.match(description, /^TensorFlow [\d.]+ on .*, steps compiled by XLA$/);
  const onCpu =
    "only TensorFlow compiles steps; compiled steps are for GPUs, on processors they are slower";
  assert.equal(reason, description.includes("GPU") ? "only TensorFlow compiles steps" : onCpu);
});

for (const precision of precisions) {
  const golden = precision === "fp32" ? 1e-4 : 3e-4,
    uncompiled = precision === "fp32" ? 2e-5 : 3e-4;
  check(`trainingStep compiled in ${precision} gives PyTorch's ten Adam losses`, ({ losses }) => {
    assertNear(losses[precision].compiled, goldenSteps.losses, golden);
    assertNear(losses[precision].compiled, losses[precision].ops, uncompiled);
  });
}

check("Trainer.step compiled is one op, and goes on from a state to the bit", (training) => {
  assert.deepEqual(Object.values(training.ops), [1], JSON.stringify(training.ops));
  assert.deepEqual(training.resumed, training.uninterrupted);
});

check("runCompiled does what XLA refuses by a function, and says why once", (training) => {
  assert.deepEqual(training.results, [[5, 5, 3], [5, 5, 3], [1]]);
  assert.equal(training.warnings.length, 1);
  assert.match(training.warnings[0], /^Steps are not compiled: .*No registered 'Dilation2D'/);
});
