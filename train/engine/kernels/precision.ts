/**
 * The number formats a network can train in.
 *
 * @module
 */

/**
 * `fp32`: everything in float32. `bf16`: activations in bfloat16; parameters, running statistics, optimizer
 * and loss in float32.
 */
export const precisions = ["fp32", "bf16"] as const;

/** One of {@linkcode precisions}. */
export type Precision = typeof precisions[number];
