/**
 * The inference worker of a GPU: as `worker.ts`, with the other build of ONNX Runtime.
 *
 * @module
 */

import { createWebGpuEngine } from "./webgpu_engine.ts";
import { listen } from "./worker_scope.ts";

listen(createWebGpuEngine);
