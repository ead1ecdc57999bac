/**
 * Tensors on their way between the program's memory and a device's, at once or by another thread.
 *
 * A copy to a GPU or from it waits until all that the GPU was told to do is done. Whoever waits for that on the thread
 * that tells the GPU what to do leaves it without work.
 *
 * @module
 */
import type { TensorFlowApi } from "./c_api.ts";
import { cString } from "./op_attribute.ts";

type Pointer = Deno.PointerValue;

/** Moves tensors. */
export class Transfers {
  readonly #api: TensorFlowApi;
  readonly #context: Pointer;
  /** What is being copied: held here, or the garbage collector may take memory that TensorFlow borrows. */
  readonly #travelling = new Set<Uint8Array>();

  /** @param context Of TensorFlow's eager runtime. */
  constructor(api: TensorFlowApi, context: Pointer) {
    this.#api = api;
    this.#context = context;
  }

  /** A tensor in the program's memory with a copy of the bytes. */
  host(shape: number[], dtype: number, bytes: Uint8Array): Pointer {
    const api = this.#api, dims = new BigInt64Array(shape.map(BigInt));
    const tensor = api.TF_AllocateTensor(dtype, dims, shape.length, BigInt(bytes.byteLength));
    if (bytes.byteLength) {
      const memory = Deno.UnsafePointerView.getArrayBuffer(
        api.TF_TensorData(tensor)!,
        bytes.byteLength,
      );
      new Uint8Array(memory).set(bytes);
    }
    return this.#handle(tensor);
  }

  /**
   * A tensor that is the bytes themselves, which must stay as they are while it is used. TensorFlow copies those that do
   * not lie in memory as `allocateAligned` gives it.
   */
  borrowed(shape: number[], dtype: number, bytes: Uint8Array<ArrayBuffer>): Pointer {
    const api = this.#api, dims = new BigInt64Array(shape.map(BigInt));
    const tensor = api.TF_NewTensor(
      dtype,
      dims,
      shape.length,
      bytes,
      BigInt(bytes.byteLength),
      api.doNothing,
      null,
    );
    return this.#handle(tensor);
  }

  #handle(tensor: Pointer): Pointer {
    const api = this.#api, handle = api.TFE_NewTensorHandle(tensor, api.status);
    api.check("create a tensor");
    api.TF_DeleteTensor(tensor);
    return handle;
  }

  /** A tensor on a device, in the place of the one given, which is deleted. */
  moved(handle: Pointer, device: string): Pointer {
    const api = this.#api, name = cString(device);
    const copy = api.TFE_TensorHandleCopyToDevice(handle, this.#context, name, api.status);
    api.TFE_DeleteTensorHandle(handle);
    api.check(`copy a tensor to ${device}`);
    return copy;
  }

  /**
   * {@linkcode moved} by another thread: fulfilled once the device has a copy.
   *
   * @param bytes What the tensor was made of.
   */
  async movedLater(handle: Pointer, device: string, bytes: Uint8Array): Promise<Pointer> {
    const api = this.#api, name = cString(device);
    this.#travelling.add(bytes);
    try {
      return await this.#later(
        `copy a tensor to ${device}`,
        (status) => api.copyToDeviceLater(handle, this.#context, name, status),
      );
    } finally {
      this.#travelling.delete(bytes);
      api.TFE_DeleteTensorHandle(handle);
    }
  }

  /** A tensor's numbers in the program's memory, brought there by another thread; to be deleted. */
  resolvedLater(handle: Pointer): Promise<Pointer> {
    return this.#later("read a tensor", (status) => this.#api.resolveLater(handle, status));
  }

  /** Has another thread do something that reports into a status of its own. */
  async #later(action: string, work: (status: Pointer) => Promise<Pointer>): Promise<Pointer> {
    const api = this.#api, status = api.TF_NewStatus();
    try {
      const result = await work(status);
      api.check(action, status);
      return result;
    } finally {
      api.TF_DeleteStatus(status);
    }
  }
}
