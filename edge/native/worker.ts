/**
 * The inference worker of the native library: as `shared/inference/worker.ts`.
 *
 * @module
 */

import { listen } from "../../shared/inference/worker_scope.ts";
import { createNativeEngine } from "./engine.ts";

listen(createNativeEngine);
