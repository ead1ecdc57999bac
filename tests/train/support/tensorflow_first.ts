/**
 * Opens TensorFlow, where it is there, before anything asks for a WebGPU adapter: TensorFlow and Mesa's software
 * Vulkan each bring an LLVM, and loaded the other way round, TensorFlow crashes. All tests share one process, so
 * every test file that asks for an adapter imports this before all else.
 */
import { openBackend } from "../../../train/engine/backend.ts";
import { findTensorFlow } from "../../../train/engine/tensorflow/libraries.ts";

if (findTensorFlow()) await openBackend("tensorflow");
