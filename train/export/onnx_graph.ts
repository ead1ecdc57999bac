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

/** The newest operator set that version 8 of the file format, onnx-proto's, goes with. */
const opset = 17;
const formatVersion = 8;

// ONNX stores raw tensors little-endian, and typed arrays have the machine's own order.
strictEqual(endianness(), "LE", "Cannot write ONNX as the machine must be little-endian");

/** Operators of ONNX Runtime's own, beside the standard's. */
const runtimeDomain = "com.microsoft";

/** Values of a node's attributes: an integer, a list of them, or a text. */
export type Attributes = Readonly<Record<string, number | readonly number[] | string>>;

/** A constant: its axes ([] for a lone number), and its numbers in C order. */
export interface ConstantTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Int8Array | Uint8Array;
}

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
 * const bytes = graph.encode({ name: "x", axes }, [{ name: output, axes }], {
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
  #usesRuntimeOperators = false;

  /**
   * Adds an operator with one output, which carries the operator's name; returns that name.
   *
   * @param operator One of ONNX's, or `com.microsoft.NAME` for one that ONNX Runtime adds.
   */
  node(
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Attributes = {},
  ): string {
    const own = operator.startsWith(`${runtimeDomain}.`);
    if (own) this.#usesRuntimeOperators = true;
    this.#nodes.push({
      name,
      opType: own ? operator.slice(runtimeDomain.length + 1) : operator,
      ...(own && { domain: runtimeDomain }),
      input: [...inputs],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  /** Adds a constant tensor and returns its name. */
  weight(name: string, { shape, data }: ConstantTensor): string {
    this.#weights.push({
      name,
      dims: [...shape],
      dataType: dataTypeOf(data),
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }

  /** The whole file, with float input and outputs. */
  encode(
    input: GraphValue,
    outputs: readonly GraphValue[],
    { graphName, producer, metadata }: FileDescription,
  ): Uint8Array<ArrayBuffer> {
    const { ModelProto } = proto.onnx;
    const model = ModelProto.fromObject({
      irVersion: formatVersion,
      producerName: producer,
      opsetImport: [
        { domain: "", version: opset },
        ...(this.#usesRuntimeOperators ? [{ domain: runtimeDomain, version: 1 }] : []),
      ],
      graph: {
        name: graphName,
        node: this.#nodes,
        initializer: this.#weights,
        input: [floatValue(input)],
        output: outputs.map(floatValue),
      },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return new Uint8Array(ModelProto.encode(model).finish());
  }
}

function dataTypeOf(data: ConstantTensor["data"]): number {
  const { DataType } = proto.onnx.TensorProto;
  if (data instanceof Float32Array) return DataType.FLOAT;
  if (data instanceof Int32Array) return DataType.INT32;
  return data instanceof Int8Array ? DataType.INT8 : DataType.UINT8;
}

function attribute(name: string, value: Attributes[string]): onnx.IAttributeProto {
  const { AttributeType } = proto.onnx.AttributeProto;
  if (typeof value === "string") {
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
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
