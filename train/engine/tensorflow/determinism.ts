/**
 * Whether TensorFlow keeps to algorithms that give the same bits each time, which a GPU has others beside.
 *
 * @module
 */
import type { TensorFlowApi } from "./c_api.ts";

/**
 * Says so for all ops of the process from now on; on a GPU those that have no such algorithm fail then. A
 * `TF_DETERMINISTIC_OPS` in the user's environment goes before.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism
 */
export function keepDeterministic(api: TensorFlowApi, deterministic: boolean): void {
  if (Deno.env.has("TF_DETERMINISTIC_OPS")) return;
  api.enableOpDeterminism?.(deterministic);
}
