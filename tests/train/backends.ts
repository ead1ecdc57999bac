/** Runs a test on every engine of this machine. */
import { type Backend, type BackendChoice, openBackend } from "../../train/backend.ts";
import { findWebgpuAdapter } from "../../train/webgpu_adapter.ts";
import type { Kernels } from "../../train/kernels/kernels.ts";

const inCI = Deno.env.get("CI") === "true";

/** Why an engine cannot be tested here; undefined when it can. A machine of the CI has to have them all. */
async function missing(name: BackendChoice): Promise<string | undefined> {
  if (name !== "webgpu" || inCI) return undefined;
  return await navigator.gpu?.requestAdapter()
    ? undefined
    : "no WebGPU adapter (Debian: mesa-vulkan-drivers)";
}

/** Declares one test for each engine. */
export function testBackends(
  name: string,
  check: (kernels: Kernels, backend: Backend) => Promise<void>,
  backends: readonly BackendChoice[] = ["tensorflow", "webgpu", "wasm", "cpu"],
) {
  for (const choice of backends) {
    Deno.test({
      name: `${name} (${choice})`,
      // Engines keep memory, threads and a GPU device for the life of the process.
      sanitizeResources: false,
      sanitizeOps: false,
      async fn(context) {
        const reason = await missing(choice);
        if (reason) {
          await context.step({ name: `skipped: ${reason}`, ignore: true, fn: () => {} });
          return console.log(`skipped ${name} (${choice}): ${reason}`);
        }
        const backend = await openBackend(choice);
        await check(backend.kernels, backend);
      },
    });
  }
}
