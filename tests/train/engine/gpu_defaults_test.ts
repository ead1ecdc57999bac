/** What TensorFlow hears of GPUs: our defaults, or what the user's environment has. */
import assert from "node:assert/strict";
import { gpuDefaults } from "../../../train/engine/tensorflow/gpu_defaults.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";

const names = Object.keys(gpuDefaults);

/** Opens TensorFlow and asks C's environment, which its libraries read. */
const program = `
  import { openTensorFlow } from "${
  import.meta.resolve("../../../train/engine/tensorflow/c_api.ts")
}";
  import { findTensorFlow } from "${
  import.meta.resolve("../../../train/engine/tensorflow/libraries.ts")
}";
  openTensorFlow(findTensorFlow());
  const { symbols } = Deno.dlopen("libc.so.6", {
    getenv: { parameters: ["buffer"], result: "pointer" },
  });
  const values = ${JSON.stringify(names)}.map((name) => {
    const value = symbols.getenv(new TextEncoder().encode(name + "\\0"));
    return [name, value && new Deno.UnsafePointerView(value).getCString()];
  });
  console.log(JSON.stringify(Object.fromEntries(values)));
`;

/** What TensorFlow's libraries find, started with these variables. */
async function heard(variables: Record<string, string>): Promise<Record<string, string | null>> {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !names.includes(name));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...variables },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "openTensorFlow lets the libraries find our defaults for GPUs, but for what the user set",
  ignore: Deno.env.get("CI") !== "true" && !findTensorFlow(),
  async fn() {
    assert.deepEqual(await heard({}), gpuDefaults);
    const own = { TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "0", TF_GPU_ALLOCATOR: "" };
    assert.deepEqual(await heard(own), own);
  },
});
