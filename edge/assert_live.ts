import type { Decoders } from "./decoding/decoders.ts";
import { requestError } from "./errors.ts";
import type { ModelRegistry } from "./model_registry.ts";

/**
 * Refuses where threads hang in such numbers that no other may start, which only a new process is rid of.
 *
 * @throws {HTTPException} 503.
 */
export function assertLive(
  { load }: { readonly load: Pick<ModelRegistry["load"], "stuck"> },
  decoders: Pick<Decoders, "stuck">,
): void {
  if (!load.stuck && !decoders.stuck) return;
  throw requestError(503, "Threads hang, so that the process must be started again.");
}
