/**
 * Cuts a vector into vectors, and puts vectors together, by copies from buffer to buffer: tfjs runs a shader for each
 * part. A network's parameters are one vector, of which every step cuts dozens of parts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** The parts of tfjs's backend that it declares to be private. */
interface Internals {
  readonly commandEncoder: GPUCommandEncoder;
  readonly commandQueueOwnedIds: WeakSet<tf.DataId>;
  readonly tensorMap: { get(id: tf.DataId): { readonly resource: GPUBuffer } };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
}

type Info = tf.TensorInfo;

/** Copies a number of float32 from one tensor to another; the engine has not done it yet when this returns. */
type Copy = (from: Info, fromOffset: number, to: Info, toOffset: number, count: number) => void;

function copying(backend: WebGPUBackend): Copy {
  const internals = backend as unknown as Internals;
  internals.ensureCommandEncoderReady();
  internals.endComputePassEncoder();
  const bufferOf = ({ dataId }: Info) => {
    backend.uploadToGPU(dataId);
    // Disposed of before the copy is submitted, it must keep its buffer.
    internals.commandQueueOwnedIds.add(dataId);
    return internals.tensorMap.get(dataId).resource;
  };
  return (from, fromOffset, to, toOffset, count) => {
    const [source, target] = [bufferOf(from), bufferOf(to)];
    // What is uploaded may have been given another encoder.
    internals.ensureCommandEncoderReady();
    internals.commandEncoder.copyBufferToBuffer(
      ...[source, 4 * fromOffset, target, 4 * toOffset, 4 * count] as const,
    );
  };
}

function isVector(backend: WebGPUBackend, { shape, dtype, dataId }: Info): boolean {
  const { dtype: held } = (backend as unknown as { tensorMap: { get(id: unknown): Info } })
    .tensorMap.get(dataId);
  return shape.length === 1 && shape[0] > 0 && dtype === "float32" && held === "float32";
}

/** The vectors of such sizes that a vector consists of. */
function cut(backend: WebGPUBackend, vector: Info, sizes: readonly number[]): Info[] {
  const copy = copying(backend);
  let start = 0;
  return sizes.map((size) => {
    const part = backend.makeTensorInfo([size], "float32");
    copy(vector, start, part, 0, size);
    start += size;
    return part;
  });
}

/** The vector of all vectors, one after the other. */
function join(backend: WebGPUBackend, vectors: readonly Info[]): Info {
  const size = vectors.reduce((sum, { shape }) => sum + shape[0], 0);
  const whole = backend.makeTensorInfo([size], "float32"), copy = copying(backend);
  let start = 0;
  for (const vector of vectors) {
    copy(vector, 0, whole, start, vector.shape[0]);
    start += vector.shape[0];
  }
  return whole;
}

/** Puts `take` before tfjs's own way of an operation, for what it takes. */
function takeOver(
  kernelName: string,
  take: (
    backend: WebGPUBackend,
    inputs: readonly Info[],
    attributes: tf.NamedAttrMap,
  ) => Info | Info[] | undefined,
): void {
  const usual = tf.getKernel(kernelName, "webgpu");
  tf.unregisterKernel(kernelName, "webgpu");
  tf.registerKernel({
    ...usual,
    kernelFunc: (call) => {
      const backend = call.backend as WebGPUBackend, inputs = Object.values(call.inputs) as Info[];
      const vectors = inputs.every((input) => isVector(backend, input));
      // What the processor holds it also computes, as tfjs does.
      const taken = vectors && !backend.shouldExecuteOnCPU(inputs)
        ? take(backend, inputs, call.attrs!)
        : undefined;
      return taken ?? usual.kernelFunc(call);
    },
  });
}

let taken = false;

/** From now on the webgpu backend cuts and joins vectors by copies. */
export function copyVectors(): void {
  if (taken) return;
  taken = true;
  takeOver("SplitV", (backend, [vector], { numOrSizeSplits }) => {
    const sizes = tf.backend_util.prepareSplitSize(
      vector as tf.Tensor,
      numOrSizeSplits as number | number[],
    );
    return sizes.every((size) => size > 0) ? cut(backend, vector, sizes) : undefined;
  });
  takeOver(
    "Concat",
    (backend, vectors) => vectors.length > 1 ? join(backend, vectors) : undefined,
  );
}
