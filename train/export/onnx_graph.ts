/**
 * Builds an ONNX file node by node. The encoding is onnx-proto's, generated from ONNX's own protobuf
 * definition (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 *
 * @module
 */
import { strictEqual } from "node:assert";
import proto from "onnx-proto";
import type { onnx } from "onnx-proto";
import { endianness } from "node:os";
import type { FloatTensor } from "../network/state_dict.ts";

/** The newest operator set that version 8 of the file format, onnx-proto's, goes with. */
const opset = 17;
const formatVersion = 8;

// ONNX stores raw tensors little-endian, and typed arrays have the machine's own order.
strictEqual(endianness(), "LE", "Cannot write ONNX as the machine must be little-endian");

/** Values of a node's attributes: an integer or a list of them. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** An input or output: its name and axes, free ones by a name such as "height". */
export interface GraphValue {
  readonly name: string;
  readonly axes: readonly (number | string)[];
}

/** What a finished file says about itself. */
export interface FileDescription {
  readonly graphName: string;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * An ONNX graph under construction.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const graph = new OnnxGraph();
 * const output = graph.node("Relu", ["x"], "y");
 * const axes = ["n"];
 * const bytes = graph.encode({ name: "x", axes }, { name: output, axes }, {
 *   graphName: "relu",
 *   producer: "example",
 *   metadata: {},
 * });
 * assert.ok(bytes.length > 0);
 * ```
 */
export class OnnxGraph {
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #weights: onnx.ITensorProto[] = [];

  /** Adds an operator with one output, which carries the operator's name; returns that name. */
  node(
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Attributes = {},
  ): string {
    this.#nodes.push({
      name,
      opType: operator,
      input: [...inputs],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  /** Adds a constant float tensor and returns its name. */
  weight(name: string, { shape, data }: FloatTensor): string {
    this.#weights.push({
      name,
      dims: [...shape],
      dataType: proto.onnx.TensorProto.DataType.FLOAT,
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }

  /** The whole file, with float input and output. */
  encode(
    input: GraphValue,
    output: GraphValue,
    { graphName, producer, metadata }: FileDescription,
  ): Uint8Array<ArrayBuffer> {
    const { ModelProto } = proto.onnx;
    const model = ModelProto.fromObject({
      irVersion: formatVersion,
      producerName: producer,
      opsetImport: [{ domain: "", version: opset }],
      graph: {
        name: graphName,
        node: this.#nodes,
        initializer: this.#weights,
        input: [floatValue(input)],
        output: [floatValue(output)],
      },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return new Uint8Array(ModelProto.encode(model).finish());
  }
}

function attribute(name: string, value: number | readonly number[]): onnx.IAttributeProto {
  const { AttributeType } = proto.onnx.AttributeProto;
  return typeof value === "number"
    ? { name, type: AttributeType.INT, i: value }
    : { name, type: AttributeType.INTS, ints: [...value] };
}

function floatValue({ name, axes }: GraphValue): onnx.IValueInfoProto {
  const dim = axes.map((axis) =>
    typeof axis === "number" ? { dimValue: axis } : { dimParam: axis }
  );
  const elemType = proto.onnx.TensorProto.DataType.FLOAT;
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
