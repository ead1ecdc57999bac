/**
 * Ops that are executed one by one, written down as a graph that becomes one TensorFlow function: what `tf.function`
 * does in Python. A program that issues hundreds of small ops keeps a GPU waiting; it then issues one.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/c_api_function.cc
 * @module
 */
import type { TensorFlowApi } from "./c_api.ts";
import type { OpAttribute } from "./data_type.ts";
import { type AttributeSetters, attributeSetters, cString, setAttribute } from "./op_attribute.ts";

/** A tensor as the binding knows it. */
export interface RecordedTensor {
  readonly id: number;
  readonly handle: Deno.PointerValue;
}

/** C's `TF_Output`: the address of an operation, and which of its outputs. */
type Output = readonly [operation: bigint, index: bigint];

/** What is larger was meant to be an input: its numbers would be those of the recording for ever. */
const mostConstantBytes = 4096;

function packed(outputs: readonly Output[]): BigUint64Array<ArrayBuffer> {
  return new BigUint64Array(outputs.flat());
}

/** A graph that grows with each op. Call {@linkcode close} when done. */
export class FunctionRecorder {
  readonly #api: TensorFlowApi;
  readonly #setAttribute: AttributeSetters;
  readonly #graph: Deno.PointerValue;
  /** What a tensor is in the graph, by its id. */
  readonly #outputs = new Map<number, Output>();
  readonly #inputs: readonly Output[];
  #operations = 0;

  /** @param inputs What the function is given at each call. */
  constructor(api: TensorFlowApi, inputs: readonly RecordedTensor[]) {
    this.#api = api;
    this.#setAttribute = attributeSetters(api, "TF_Set");
    this.#graph = api.TF_NewGraph();
    this.#inputs = inputs.map((tensor) => this.#input(tensor));
  }

  /** Adds an operation; `describe` gives it inputs and attributes. */
  #operation(type: string, describe: (description: Deno.PointerValue) => void): bigint {
    const api = this.#api, name = cString(`op${this.#operations++}`);
    const description = api.TF_NewOperation(this.#graph, cString(type), name);
    describe(description);
    const operation = api.TF_FinishOperation(description, api.status);
    api.check(`make ${type} a part of a function`);
    return Deno.UnsafePointer.value(operation);
  }

  #input({ id, handle }: RecordedTensor): Output {
    const api = this.#api, rank = api.TFE_TensorHandleNumDims(handle, api.status);
    const shape = Array.from(
      { length: rank },
      (_, axis) => api.TFE_TensorHandleDim(handle, axis, api.status),
    );
    api.check("read the shape of a function's input");
    const operation = this.#operation("Placeholder", (description) => {
      const type = api.TFE_TensorHandleDataType(handle);
      this.#setAttribute.type(description, cString("dtype"), type);
      this.#setAttribute.shape(description, cString("shape"), shape);
    });
    const output = [operation, 0n] as const;
    this.#outputs.set(id, output);
    return output;
  }

  #constant(handle: Deno.PointerValue): Output {
    const api = this.#api, tensor = api.TFE_TensorHandleResolve(handle, api.status);
    api.check("read a function's constant");
    try {
      const bytes = api.TF_TensorByteSize(tensor);
      if (bytes > mostConstantBytes) {
        throw new RangeError(
          `Cannot make a tensor a function's constant as it must have at most ${mostConstantBytes} bytes: ` +
            `current value is ${bytes}. Larger ones must be inputs`,
        );
      }
      const operation = this.#operation("Const", (description) => {
        const type = api.TFE_TensorHandleDataType(handle);
        this.#setAttribute.type(description, cString("dtype"), type);
        api.TF_SetAttrTensor(description, cString("value"), tensor, api.status);
        api.check("write a function's constant");
      });
      return [operation, 0n];
    } finally {
      api.TF_DeleteTensor(tensor);
    }
  }

  /** What a tensor is in the graph: an input, what an op gave, or else a constant. */
  #output({ id, handle }: RecordedTensor): Output {
    let output = this.#outputs.get(id);
    if (!output) this.#outputs.set(id, output = this.#constant(handle));
    return output;
  }

  /**
   * Adds an op that was executed.
   *
   * @param attributes With one called `N` its first N inputs are a list, as those of `ConcatV2` and `AddN`.
   */
  add(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly RecordedTensor[],
    results: readonly number[],
  ): void {
    const api = this.#api, sources = inputs.map((tensor) => this.#output(tensor));
    const inList = Number(attributes.find((attribute) => attribute.name === "N")?.value ?? 0);
    const operation = this.#operation(name, (description) => {
      const list = sources.slice(0, inList);
      if (inList) api.TF_AddInputList(description, packed(list), inList);
      for (const source of sources.slice(inList)) api.TF_AddInput(description, packed([source]));
      for (const attribute of attributes) setAttribute(this.#setAttribute, description, attribute);
    });
    results.forEach((id, index) => this.#outputs.set(id, [operation, BigInt(index)]));
  }

  /** The function of all that was recorded, as C's `TF_Function`. */
  finish(name: string, results: readonly RecordedTensor[]): Deno.PointerValue {
    const api = this.#api, inputs = this.#inputs;
    const outputs = results.map((tensor) => this.#output(tensor)), all = -1;
    const made = api.TF_GraphToFunction(
      this.#graph,
      cString(name),
      0,
      all,
      null,
      inputs.length,
      packed(inputs),
      outputs.length,
      packed(outputs),
      null,
      null,
      null,
      api.status,
    );
    api.check(`make the function ${name}`);
    return made;
  }

  /** Gives the graph's memory back. */
  close(): void {
    this.#api.TF_DeleteGraph(this.#graph);
  }
}
