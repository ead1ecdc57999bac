/**
 * A network's weights outside any engine: PyTorch's names and PyTorch's axis order
 * (convolutions [out, in, height, width], transposed convolutions [in, out, height, width]).
 * Checkpoints, the importer and the ONNX export all speak this, so a weight has one name everywhere.
 *
 * @module
 */

/** A dense float array, C order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights by PyTorch name, such as `layers.0.conv1.weight`. */
export type StateDict = Map<string, FloatTensor>;
