/**
 * Looks for a GPU that WebGPU can use.
 *
 * @module
 */
import { tmpdir } from "node:os";

/** A WebGPU adapter. */
export interface WebgpuAdapter {
  readonly name: string;
  /** False for a GPU imitated by the CPU, which is slower than the wasm backend. */
  readonly real: boolean;
}

/**
 * The machine's WebGPU adapter; undefined where there is none.
 *
 * In a process that uses TensorFlow too, open TensorFlow first: Mesa's software Vulkan and TensorFlow each bring an
 * LLVM, and loaded in the other order TensorFlow crashes.
 */
export async function findWebgpuAdapter(): Promise<WebgpuAdapter | undefined> {
  // Without a desktop session Vulkan's loader complains on standard error that this is not set.
  if (!Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", tmpdir());
  // As tfjs asks for the one that it computes on: of two GPUs both have to mean the same.
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, device, vendor, isFallbackAdapter } = adapter.info;
  return { name: description || device || vendor, real: !isFallbackAdapter };
}
