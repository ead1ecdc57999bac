/** Runs a test on every engine of this machine. */
import "./vulkan_only.ts";
import "./tensorflow_first.ts";
import { type Backend, type BackendChoice, openBackend } from "../../../train/engine/backend.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";
import { findWebgpuAdapter } from "../../../train/engine/webgpu/adapter.ts";

/** Why an engine cannot be tested here; undefined when it can. A machine of the CI has to have them all. */
async function missing(name: BackendChoice): Promise<string | undefined> {
  if (Deno.env.get("CI") === "true") return undefined;
  if (name === "tensorflow" && !findTensorFlow()) return "no TensorFlow (deno task setup)";
  if (name === "webgpu" && !await findWebgpuAdapter()) {
    return "no WebGPU adapter (Debian: mesa-vulkan-drivers)";
  }
  return undefined;
}

/** An engine, or TensorFlow as it is on a GPU: with steps of training as functions. */
export type TestedEngine = BackendChoice | "tensorflow in whole steps";

const names = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
const reasons = new Map<BackendChoice, string | undefined>();
for (const name of names) reasons.set(name, await missing(name));

/**
 * Declares one test for each engine; an engine that this machine lacks is skipped, and the name says why.
 *
 * @param deterministic As for `openBackend`. False where convolutions are depthwise.
 */
export function testBackends(
  name: string,
  check: (kernels: Kernels, backend: Backend) => Promise<void> | void,
  engines: readonly TestedEngine[] = names,
  deterministic = true,
) {
  for (const engine of engines) {
    const issue = engine === "tensorflow in whole steps" ? "whole" : undefined;
    const choice = issue ? "tensorflow" : engine as BackendChoice;
    const reason = reasons.get(choice);
    Deno.test({
      name: reason ? `${name} (${engine}; skipped: ${reason})` : `${name} (${engine})`,
      ignore: reason !== undefined,
      // Engines keep memory, threads and a GPU device for the life of the process.
      sanitizeResources: false,
      sanitizeOps: false,
      async fn() {
        const backend = await openBackend(choice, "fp32", { issue, deterministic });
        await check(backend.kernels, backend);
      },
    });
  }
}
