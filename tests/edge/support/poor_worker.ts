/** The inference worker as it is, but that its WebAssembly may have no more than 128 MB. */

import "../../../shared/inference/worker.ts";

const { Memory } = WebAssembly, maximum = 2 ** 27 / 2 ** 16;

// ONNX Runtime, which makes its memory itself, is only loaded with the first model.
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super({ ...descriptor, maximum });
  }
};
