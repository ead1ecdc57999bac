/**
 * Whether Gliomap computes on a device of the kind that PyTorch is told to compute on.
 *
 * @module
 */

/**
 * Makes sure that both compute on a processor, or both on a GPU. No GPU is hidden from WebGPU by what hides it from
 * CUDA, so that what an engine says of itself counts.
 *
 * @param device PyTorch's.
 * @param description What Gliomap computes on, as `openBackend` has it.
 * @throws {Error} when one computes on a processor and the other does not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assertSameDevice("cpu", "WebAssembly on the CPU");
 * assert.throws(() => assertSameDevice("cuda", "WebAssembly on the CPU"), /must compute on a GPU/);
 * ```
 */
export function assertSameDevice(device: string, description: string): void {
  const onCpu = /CPU/.test(description);
  if (onCpu === (device === "cpu")) return;
  throw new Error(
    onCpu
      ? `Cannot compare with PyTorch on CUDA as Gliomap must compute on a GPU: current value is ${description}`
      : `Cannot compare with PyTorch on the CPU as Gliomap must compute on it as well (--device cuda compares GPUs): ` +
        `current value is ${description}`,
  );
}
