/**
 * Single numbers on TensorFlow's device, kept for the next time. Operations with numbers ask for the same ones in every
 * step, and a copy to a GPU waits until all that the GPU was told to do is done.
 *
 * @module
 */
import type { TensorFlowApi } from "./c_api.ts";

/** How many single numbers are kept; some, such as learning rates, never come again. */
const mostScalars = 256;

/** The numbers that are kept, by their types and bytes. */
export class KeptScalars {
  readonly #api: TensorFlowApi;
  readonly #handles = new Map<string, Deno.PointerValue>();

  constructor(api: TensorFlowApi) {
    this.#api = api;
  }

  /**
   * A handle to a number, to be deleted as any other.
   *
   * @param make Makes the number where it is not kept; the handle then belongs here.
   */
  share(dtype: number, bytes: Uint8Array, make: () => Deno.PointerValue): Deno.PointerValue {
    const api = this.#api, key = `${dtype} ${bytes}`;
    let kept = this.#handles.get(key);
    if (!kept) {
      if (this.#handles.size === mostScalars) {
        for (const handle of this.#handles.values()) api.TFE_DeleteTensorHandle(handle);
        this.#handles.clear();
      }
      this.#handles.set(key, kept = make());
    }
    const handle = api.TFE_TensorHandleCopySharingTensor(kept, api.status);
    api.check("share a number");
    return handle;
  }
}
