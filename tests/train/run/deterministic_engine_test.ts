/** Trainings whose GPU would keep to algorithms that give the same bits each time. */
import assert from "node:assert/strict";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import type { EngineUse } from "../../../train/run/run_processes.ts";

const engines = import.meta.resolve("../../../train/run/run_processes.ts");

/** Opens the engine and asks TensorFlow what its ops ask. */
const program = (use: EngineUse) => `
  import { openEngine } from "${engines}";
  await openEngine("tensorflow", ${JSON.stringify(use)});
  const { symbols } = Deno.dlopen("${findTensorFlow()}/libtensorflow_framework.so.2", {
    required: { name: "_ZN3tsl21OpDeterminismRequiredEv", parameters: [], result: "bool" },
  });
  console.log(symbols.required());
`;

/** Whether they would in a process of its own, started with the variable as it is given. */
async function isDeterministic(use: Partial<EngineUse>, variable?: string): Promise<boolean> {
  const { TF_DETERMINISTIC_OPS: _, ...inherited } = Deno.env.toObject();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program({ precision: "bf16", ...use })],
    clearEnv: true,
    env: variable === undefined ? inherited : { ...inherited, TF_DETERMINISTIC_OPS: variable },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "openEngine keeps to deterministic ops but where a gradient has none, or the user says so",
  ignore: Deno.env.get("CI") !== "true" && !findTensorFlow(),
  fn: async () => {
    assert.equal(await isDeterministic({}), true);
    assert.equal(await isDeterministic({ separable: true }), false);
    assert.equal(await isDeterministic({ compile: true }), false);
    assert.equal(await isDeterministic({}, "0"), false);
    assert.equal(await isDeterministic({ separable: true }, "1"), true);
  },
});
