/**
 * How large a network's activations become on real slices, so that eight bits can be spread over just that.
 *
 * @module
 */
import { tensorNames } from "../../../shared/inference/tensor_names.ts";
import { percentiles } from "../../../shared/percentile.ts";
import { floatGraph } from "../export_onnx.ts";
import { readRuntimeWasm } from "../onnx_runtime.ts";
import type { CheckImage } from "../self_check.ts";
import { inputOf } from "../unet_file.ts";
import type { StateDict } from "../../network/state_dict.ts";
import type { UNetArchitecture } from "../../network/unet_architecture.ts";

/** Smallest and largest value that counts. */
export interface ActivationRange {
  readonly low: number;
  readonly high: number;
}

/** Of a slice's values so many percent may lie outside on each side: a few outliers would take the bits from all. */
const outliers = 0.001;

/** Of a large image every so many values are looked at: a prime, so that no column or channel is left out. */
const stride = 17;

/**
 * Ranges of all activations and of the image, by the names of the values in the float graph. Zero is in every range.
 *
 * @param images Scaled slices as the network is trained on, with tumor in some of them.
 * @throws {RangeError} when there are no images.
 */
export async function activationRanges(
  architecture: UNetArchitecture,
  weights: StateDict,
  images: readonly CheckImage[],
): Promise<Map<string, ActivationRange>> {
  if (images.length === 0) {
    throw new RangeError(
      "Cannot quantize the network as it must be calibrated: there are no images",
    );
  }
  const { graph, activations } = floatGraph(architecture, weights);
  // Axes of one name would have to be of one length.
  const outputs = activations.map((name) => ({
    name,
    axes: ["n", "c", "h", "w"].map((axis) => `${name}.${axis}`),
  }));
  const file = { graphName: "calibration", producer: "gliomap", metadata: {} };
  const run = await openGraph(graph.encode(inputOf(architecture), outputs, file));
  const ranges = new Map<string, ActivationRange>();
  try {
    for (const image of images) {
      widen(ranges, tensorNames.input, image.data);
      for (const [name, data] of await run(image)) widen(ranges, name, data);
    }
  } finally {
    await run.release();
  }
  return ranges;
}

/** A graph with several outputs on ONNX Runtime Web; `Engine` in shared/ has but one. */
async function openGraph(onnx: Uint8Array) {
  const { env, InferenceSession, Tensor } = await import("onnxruntime-web/wasm");
  env.wasm.numThreads = 1;
  env.wasm.wasmBinary = await readRuntimeWasm();
  const session = await InferenceSession.create(onnx);
  const run = async ({ data, shape }: CheckImage) => {
    const found = await session.run({ [tensorNames.input]: new Tensor("float32", data, shape) });
    return Object.entries(found).map(([name, { data }]) => [name, data as Float32Array] as const);
  };
  return Object.assign(run, { release: () => session.release() });
}

function widen(ranges: Map<string, ActivationRange>, name: string, data: Float32Array): void {
  const step = data.length > 1e5 ? stride : 1;
  const [low, high] = percentiles(data, [outliers, 100 - outliers], { start: 0, step });
  const before = ranges.get(name) ?? { low: 0, high: 0 };
  ranges.set(name, { low: Math.min(before.low, low), high: Math.max(before.high, high) });
}
