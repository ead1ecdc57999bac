/**
 * What the tensors of every model are called.
 *
 * @module
 */

/** The names of a model's input, [N, C, H, W], and of its output, [N, 1, H, W]. */
export const tensorNames = { input: "image", output: "probability" } as const;
