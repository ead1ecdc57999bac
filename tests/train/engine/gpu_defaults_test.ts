/** What TensorFlow hears of GPUs: our defaults, or what the user's environment has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gpuDefaults } from "../../../train/engine/tensorflow/gpu_defaults.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { withFolder } from "../support/temporary_folder.ts";

const names = [...Object.keys(gpuDefaults), "XLA_FLAGS"];
const api = import.meta.resolve("../../../train/engine/tensorflow/c_api.ts");

/** Opens TensorFlow and asks C's environment, which its libraries read. */
const program = (directory: string) => `
  import { openTensorFlow } from "${api}";
  openTensorFlow(${JSON.stringify(directory)});
  const { symbols } = Deno.dlopen("libc.so.6", {
    getenv: { parameters: ["buffer"], result: "pointer" },
  });
  const values = ${JSON.stringify(names)}.map((name) => {
    const value = symbols.getenv(new TextEncoder().encode(name + "\\0"));
    return [name, value ? new Deno.UnsafePointerView(value).getCString() : undefined];
  });
  console.log(JSON.stringify(Object.fromEntries(values)));
`;

/** What TensorFlow's libraries in the folder find, started with these variables. */
async function heard(directory: string, variables: Record<string, string> = {}) {
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !names.includes(name));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program(directory)],
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...variables },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function testLibraries(name: string, test: (folder: string, directory: string) => Promise<void>) {
  Deno.test({
    name,
    ignore: Deno.env.get("CI") !== "true" && !findTensorFlow(),
    fn: () =>
      withFolder(async (folder) => {
        const directory = join(folder, "tensorflow");
        await Deno.symlink(findTensorFlow()!, directory);
        await test(folder, directory);
      }),
  });
}

testLibraries(
  "openTensorFlow lets the libraries find our defaults for GPUs, but for what the user set",
  async (_, directory) => {
    assert.deepEqual(await heard(directory), gpuDefaults);
    const own = { TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "0", TF_GPU_ALLOCATOR: "" };
    assert.deepEqual(await heard(directory, own), { ...gpuDefaults, ...own });
  },
);

testLibraries(
  "openTensorFlow tells XLA of NVIDIA's compiler beside the libraries, but where the user has flags",
  async (folder, directory) => {
    const compiler = join(folder, "nvidia", "cuda_nvcc");
    await Deno.mkdir(compiler, { recursive: true });
    const flags = `--xla_gpu_cuda_data_dir="${compiler}"`;
    assert.deepEqual(await heard(directory), { ...gpuDefaults, XLA_FLAGS: flags });
    const own = { XLA_FLAGS: "--xla_gpu_cuda_data_dir=/usr/local/cuda" };
    assert.deepEqual(await heard(directory, own), { ...gpuDefaults, ...own });
  },
);
