/**
 * What a GPU refuses. WebGPU reports it to nobody in particular and goes on with zeros; here it becomes an error for
 * whoever asks for a result.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** The GPU did not do what it was told. */
export class GpuError extends Error {
  override readonly name = "GpuError";
}

const watched = new WeakSet<WebGPUBackend>();

/**
 * From now on a tensor that the GPU cannot hold is refused where it is asked for, and reading a tensor fails once the
 * GPU has refused anything.
 *
 * @throws {RangeError} later, naming the limit.
 * @throws {GpuError} later, with the GPU's own words.
 */
export function reportRefusals(backend: WebGPUBackend): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const { device, bufferManager } = backend, read = backend.read.bind(backend);
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  bufferManager.acquireBuffer = (size, ...rest) => {
    if (size <= limit) return acquire(size, ...rest);
    throw new RangeError(
      `Cannot compute on this GPU as a tensor must have at most ${limit} bytes: current value is ${size} ` +
        "(a smaller --batch-size, or --downsampling, makes tensors smaller)",
    );
  };
  let refusal: string | undefined;
  device.addEventListener("uncapturederror", (event) => {
    refusal ??= (event as GPUUncapturedErrorEvent).error.message;
  });
  device.lost.then(({ message }) => refusal ??= `it was lost: ${message}`);
  backend.read = async (id) => {
    const values = await read(id);
    if (refusal !== undefined) throw new GpuError(`The GPU refused to compute: ${refusal.trim()}`);
    return values;
  };
}
