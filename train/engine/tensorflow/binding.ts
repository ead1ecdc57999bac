/**
 * What tfjs-node's C++ addon does, in TypeScript over Deno's FFI: tensors as handles, ops executed
 * eagerly. The JavaScript kernels of `@tensorflow/tfjs-node-gpu` run on it unchanged, without a compiler
 * and without the package's install script.
 *
 * bfloat16 has no counterpart in tfjs. Its tensors travel as `float32` there and are known here by their
 * handle, so an op that meets one gets bfloat16 as its type `T`. Their numbers come from the program as bits.
 *
 * @see https://github.com/tensorflow/tfjs/tree/tfjs-v4.22.0/tfjs-node/binding
 * @module
 */
import { openTensorFlow, readString, type TensorFlowApi } from "./c_api.ts";
import { attributeKind, dataType, narrowed, type OpAttribute } from "./data_type.ts";
import { keepDeterministic } from "./determinism.ts";
import { type Device, growingMemory, listDevices } from "./devices.ts";
import { FunctionRecorder, type RecordedTensor } from "./function_recorder.ts";
import { KeptScalars } from "./kept_scalars.ts";
import { type AttributeSetters, attributeSetters, cString, setAttribute } from "./op_attribute.ts";
import { asBytes, fromBytes } from "./tensor_bytes.ts";
import { Transfers } from "./transfers.ts";

/** What an op gives back: a handle's number, its shape and TensorFlow data type. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The interface tfjs-node's kernels expect of their native addon. */
export class TensorFlowBinding {
  readonly TF_FLOAT = dataType.float;
  readonly TF_INT32 = dataType.int32;
  readonly TF_INT64 = dataType.int64;
  readonly TF_BOOL = dataType.bool;
  readonly TF_COMPLEX64 = dataType.complex64;
  readonly TF_STRING = dataType.string;
  readonly TF_RESOURCE = dataType.resource;
  readonly TF_UINT8 = dataType.uint8;
  readonly TF_ATTR_STRING = attributeKind.string;
  readonly TF_ATTR_INT = attributeKind.int;
  readonly TF_ATTR_FLOAT = attributeKind.float;
  readonly TF_ATTR_BOOL = attributeKind.bool;
  readonly TF_ATTR_TYPE = attributeKind.type;
  readonly TF_ATTR_SHAPE = attributeKind.shape;
  readonly TF_ATTR_RESOURCE = attributeKind.resource;
  readonly TF_Version: string;

  readonly #directory: string;
  readonly #api: TensorFlowApi;
  readonly #setAttribute: AttributeSetters;
  readonly #context: Deno.PointerValue;
  #devices: readonly Device[];
  readonly #handles = new Map<number, Deno.PointerValue>();
  readonly #bfloat16 = new Set<number>();
  readonly #scalars: KeptScalars;
  readonly #transfers: Transfers;
  /** Grows with the largest op: `TFE_Execute` believes the count it is given and would write past the end. */
  #outputs = new BigUint64Array(64);
  readonly #outputCount = new Int32Array(1);
  #nextId = 0;
  /** Notes the ops that are executed, while there is one. */
  #recorder?: FunctionRecorder;
  #functions = 0;

  /** Opens the libraries in `directory` and starts TensorFlow's eager runtime on them. */
  constructor(directory: string) {
    const api = this.#api = openTensorFlow(directory);
    this.#setAttribute = attributeSetters(api, "TFE_OpSet");
    this.#scalars = new KeptScalars(api);
    this.TF_Version = readString(api.TF_Version());
    const options = api.TFE_NewContextOptions(), length = BigInt(growingMemory.length);
    api.TFE_ContextOptionsSetConfig(options, growingMemory, length, api.status);
    api.check("take its settings");
    this.#context = api.TFE_NewContext(options, api.status);
    api.check("start");
    api.TFE_DeleteContextOptions(options);
    this.#transfers = new Transfers(api, this.#context);
    this.#directory = directory;
    this.#devices = listDevices(api, this.#context);
  }

  /** Names of this process's devices, such as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  get devices(): readonly string[] {
    return this.#devices.map(({ name }) => name);
  }

  /** Where tensors live: the first GPU, or the CPU. */
  get #device(): string {
    return (this.#devices.find(({ type }) => type === "GPU") ?? this.#devices[0]).name;
  }

  /**
   * Makes this process a task of a cluster: starts TensorFlow's gRPC server, through which its collective
   * ops reach the other tasks. Devices get other names, so no tensor may have been created before.
   *
   * @param serverDef A serialised `tensorflow.ServerDef`.
   * @throws {Error} when the server cannot start, as on a port that is taken.
   */
  enableCollectiveOps(serverDef: Uint8Array<ArrayBuffer>): void {
    const api = this.#api, length = BigInt(serverDef.length);
    api.TFE_EnableCollectiveOps(this.#context, serverDef, length, api.status);
    api.check("join the cluster");
    this.#devices = listDevices(api, this.#context);
  }

  /** See the function of that name. */
  keepDeterministic(deterministic: boolean): void {
    keepDeterministic(this.#api, deterministic);
  }

  /** What another thread of this process needs to abort collective ops: the libraries and the context's address. */
  get collectives(): { readonly directory: string; readonly context: bigint } {
    return { directory: this.#directory, context: Deno.UnsafePointer.value(this.#context) };
  }

  #put(handle: Deno.PointerValue, dtype: number): number {
    const id = this.#nextId++;
    this.#handles.set(id, handle);
    if (dtype === dataType.bfloat16) this.#bfloat16.add(id);
    return id;
  }

  #get(id: number): Deno.PointerValue {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new Error(`Cannot use tensor ${id} as it was deleted`);
    return handle;
  }

  isUsingGpuDevice(): boolean {
    return this.#devices.some(({ type }) => type === "GPU");
  }

  getNumOfTensors(): number {
    return this.#handles.size;
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  /** @param values Those of a bfloat16 are their bits in a `Uint16Array`, whatever `dtype` says. */
  createTensor(
    shape: number[],
    dtype: number,
    values: ArrayLike<number> | ArrayBufferView,
  ): number {
    if (dtype === dataType.string) {
      throw new TypeError(
        "Cannot create a tensor as its type must be numeric: current value is string",
      );
    }
    const type = values instanceof Uint16Array ? dataType.bfloat16 : dtype;
    const bytes = asBytes(values, type), make = () => this.#newHandle(shape, type, bytes);
    return this.#put(shape.length ? make() : this.#scalars.share(type, bytes, make), type);
  }

  /** Whether a tensor, which is of `float32` to tfjs, is of bfloat16. */
  isBfloat16(id: number): boolean {
    return this.#bfloat16.has(id);
  }

  #newHandle(shape: number[], dtype: number, bytes: Uint8Array): Deno.PointerValue {
    const handle = this.#transfers.host(shape, dtype, bytes);
    // Integer tensors are shapes and axes, which ops read on the host.
    if (!this.isUsingGpuDevice() || dtype === dataType.int32) return handle;
    return this.#transfers.moved(handle, this.#device);
  }

  /** A tensor in the program's memory, also where there is a GPU: ops that read it there bring it there. */
  createTensorOnHost(shape: number[], dtype: number, values: ArrayBufferView): number {
    return this.#put(this.#transfers.host(shape, dtype, asBytes(values, dtype)), dtype);
  }

  /**
   * As {@linkcode createTensor}, by another thread: fulfilled once the device has a copy.
   *
   * @param values Stay as they are until then.
   * @param device Which one. @default the one where tensors live
   */
  async createTensorLater(
    shape: number[],
    dtype: number,
    values: ArrayBufferView<ArrayBuffer>,
    device: string = this.#device,
  ): Promise<number> {
    const type = values instanceof Uint16Array ? dataType.bfloat16 : dtype;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    // A tensor on the processor would be the values themselves for as long as it is there.
    const isProcessor = this.#devices.some(({ name, type }) => name === device && type === "CPU");
    const handle = this.#transfers[isProcessor ? "host" : "borrowed"](shape, type, bytes);
    return this.#put(await this.#transfers.movedLater(handle, device, bytes), type);
  }

  deleteTensor(id: number): void {
    this.#api.TFE_DeleteTensorHandle(this.#get(id));
    this.#handles.delete(id);
    this.#bfloat16.delete(id);
  }

  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | BigInt64Array {
    const api = this.#api, tensor = api.TFE_TensorHandleResolve(this.#get(id), api.status);
    api.check("read a tensor");
    return this.#numbers(id, tensor);
  }

  /**
   * As {@linkcode tensorDataSync}, by another thread, which waits for the device in this one's place.
   *
   * @param id A tensor that is not deleted until then.
   */
  async tensorDataLater(id: number): Promise<ReturnType<TensorFlowBinding["tensorDataSync"]>> {
    return this.#numbers(id, await this.#transfers.resolvedLater(this.#get(id)));
  }

  /** The numbers of a tensor that is in the program's memory, and is deleted. */
  #numbers(id: number, tensor: Deno.PointerValue) {
    const api = this.#api, type = api.TFE_TensorHandleDataType(this.#get(id));
    const length = Number(api.TF_TensorByteSize(tensor));
    const buffer = length
      ? Deno.UnsafePointerView.getArrayBuffer(api.TF_TensorData(tensor)!, length).slice(0)
      : new ArrayBuffer(0);
    api.TF_DeleteTensor(tensor);
    return fromBytes(buffer, type);
  }

  executeOp(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    outputs: number,
  ): TensorMetadata[] {
    const api = this.#api;
    const op = api.TFE_NewOp(this.#context, cString(name), api.status);
    api.check(`find the op ${name}`);
    try {
      for (const id of inputs) api.TFE_OpAddInput(op, this.#get(id), api.status);
      api.check(`take the inputs of ${name}`);
      const narrow = name !== "Cast" && inputs.some((id) => this.isBfloat16(id));
      if (narrow) attributes = attributes.map(narrowed);
      for (const attribute of attributes) setAttribute(this.#setAttribute, op, attribute);
      if (outputs > this.#outputs.length) this.#outputs = new BigUint64Array(outputs);
      this.#outputCount[0] = outputs;
      api.TFE_Execute(op, this.#outputs, this.#outputCount, api.status);
      api.check(`run ${name}`);
    } finally {
      api.TFE_DeleteOp(op);
    }
    const results = Array.from(
      { length: outputs },
      (_, index) => this.#describe(this.#outputs[index]),
    );
    this.#recorder?.add(name, attributes, this.#tensors(inputs), results.map(({ id }) => id));
    return results;
  }

  #tensors(ids: number[]): RecordedTensor[] {
    return ids.map((id) => ({ id, handle: this.#get(id) }));
  }

  /**
   * Executes ops as always, and makes one TensorFlow function of them as well, to be executed like an op: by
   * `executeOp(name, [], inputs, outputs)`.
   *
   * @param inputs What the function gets at each call. All else that its ops read are constants to it.
   * @param work Executes the ops; gives the tensors that the function is to give.
   * @returns The function's name.
   */
  recordFunction(inputs: number[], work: () => number[]): string {
    const api = this.#api, name = `gliomap_${this.#functions++}`;
    const recorder = this.#recorder = new FunctionRecorder(api, this.#tensors(inputs));
    try {
      const made = recorder.finish(name, this.#tensors(work()));
      api.TFE_ContextAddFunction(this.#context, made, api.status);
      api.check(`take the function ${name}`);
      api.TF_DeleteFunction(made);
    } finally {
      this.#recorder = undefined;
      recorder.close();
    }
    return name;
  }

  /** Forgets a function. */
  deleteFunction(name: string): void {
    this.#api.TFE_ContextRemoveFunction(this.#context, cString(name), this.#api.status);
    this.#api.check(`forget the function ${name}`);
  }

  #describe(address: bigint): TensorMetadata {
    const api = this.#api, handle = Deno.UnsafePointer.create(address);
    const rank = api.TFE_TensorHandleNumDims(handle, api.status);
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(api.TFE_TensorHandleDim(handle, axis, api.status));
    }
    const type = api.TFE_TensorHandleDataType(handle), id = this.#put(handle, type);
    return { id, shape, dtype: this.isBfloat16(id) ? dataType.float : type };
  }
}
