/**
 * Chooses the engine that trains: TensorFlow (CPU or CUDA), WebGPU, WASM or plain JavaScript. All of them
 * are backends of tfjs; they differ in speed and in the kernels they bring.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { bfloat16Kernels, fusedKernels } from "./kernels/fused.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { portableKernels } from "./kernels/portable.ts";
import type { Precision } from "./kernels/precision.ts";
import { runAsOne, runCompiled } from "./kernels/run_as_one.ts";
import { tensorFlowBackend } from "./kernels/tensorflow_backend.ts";
import { findTensorFlow, lackOfTensorFlow, LibraryError } from "./tensorflow/libraries.ts";
import { registerTensorFlow } from "./tensorflow/register.ts";
import { findWebgpuAdapter } from "./webgpu/adapter.ts";
import { keepBindings } from "./webgpu/kept_bindings.ts";
import { webgpuKernels } from "./webgpu/kernels.ts";
import { reportRefusals } from "./webgpu/refusals.ts";
import { copyVectors } from "./webgpu/vector_copies.ts";

/** Engines by name; `auto` takes the fastest that this machine has. */
export const backendChoices = ["auto", "tensorflow", "webgpu", "wasm", "cpu"] as const;

/** What a user may ask for. */
export type BackendChoice = typeof backendChoices[number];

/** An engine, ready to train. */
export interface Backend {
  readonly name: Exclude<BackendChoice, "auto">;
  /** What it runs on, such as "TensorFlow 2.21.0 on the CPU". */
  readonly description: string;
  /** Why it was chosen. */
  readonly reason: string;
  readonly kernels: Kernels;
}

type Candidate = Omit<Backend, "reason">;

function openTensorFlow(): Candidate {
  const directory = findTensorFlow();
  if (!directory) {
    throw new Error(
      `Cannot use the tensorflow backend as its libraries must be there: ${lackOfTensorFlow()}`,
    );
  }
  const binding = registerTensorFlow(directory);
  const device = binding.isUsingGpuDevice() ? "a CUDA GPU" : "the CPU";
  return {
    name: "tensorflow",
    description: `TensorFlow ${binding.TF_Version} on ${device}`,
    kernels: fusedKernels,
  };
}

async function openWebgpu(): Promise<Candidate> {
  const adapter = await findWebgpuAdapter();
  if (!adapter) {
    throw new Error("Cannot use the webgpu backend as there must be a WebGPU adapter: none found");
  }
  await import("@tensorflow/tfjs-backend-webgpu");
  const kind = adapter.real ? "" : " (imitated by the CPU)";
  return {
    name: "webgpu",
    description: `WebGPU on ${adapter.name}${kind}`,
    kernels: webgpuKernels,
  };
}

async function openWasm(): Promise<Candidate> {
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  const module = import.meta.resolve("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(new URL(".", module).href);
  return { name: "wasm", description: "WebAssembly on the CPU", kernels: portableKernels };
}

function openCpu(): Candidate {
  return { name: "cpu", description: "plain JavaScript on the CPU", kernels: portableKernels };
}

/** TensorFlow, or nothing where it is not there or does not open; `lack` hears why. */
function openTensorFlowOr(lack: (why: string) => void): Candidate | undefined {
  if (!findTensorFlow()) return void lack(lackOfTensorFlow());
  try {
    return openTensorFlow();
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    lack(error.message);
  }
}

/** The fastest engine this machine has, and what was missing for a faster one. */
async function openFastest(): Promise<Backend> {
  const missing: string[] = [];
  const because = (candidate: Candidate, why: string): Backend => ({
    ...candidate,
    reason: missing.length ? `${why}; ${missing.join(", ")}` : why,
  });
  const tensorflow = openTensorFlowOr((lack) => missing.push(lack));
  if (tensorflow?.description.includes("GPU")) return because(tensorflow, "there is a CUDA GPU");
  if (tensorflow) missing.push("TensorFlow sees no CUDA GPU");
  const adapter = await findWebgpuAdapter();
  if (adapter?.real) return because(await openWebgpu(), "there is a GPU for WebGPU");
  missing.push(
    adapter ? `the WebGPU adapter (${adapter.name}) is no GPU` : "there is no WebGPU adapter",
  );
  if (tensorflow) return because(tensorflow, "fastest on a CPU");
  return because(await openWasm(), "runs everywhere");
}

/** How TensorFlow gets a step: op by op, as one function of its own, or as one that XLA compiles. */
export const stepIssues = ["ops", "whole", "compiled"] as const;

/** See {@linkcode stepIssues}. */
export type StepIssue = typeof stepIssues[number];

/** What may be asked of an engine besides. */
export interface BackendOptions {
  /**
   * How steps are issued; for TensorFlow only. A process that has looked for a WebGPU adapter must not compile: Mesa's
   * software Vulkan brings an LLVM, beside which XLA's ends the process.
   *
   * @default {"whole"}: a GPU would wait for a program that issues op by op, and on a processor TensorFlow does some of
   * a function's ops side by side, and fuses others
   */
  readonly issue?: StepIssue;
  /**
   * Whether a GPU under TensorFlow keeps to algorithms that give the same bits each time. They are as fast, and cuDNN
   * compiles none of them before the first step. Steps with depthwise convolutions fail then, and XLA compiles none, as
   * there is no such algorithm for the gradient of a depthwise convolution, and in XLA for that of a maximum.
   *
   * @default {false}
   */
  readonly deterministic?: boolean;
}

/** TensorFlow with its operations in a precision. */
function tensorFlowIn(
  backend: Backend,
  precision: Precision,
  { issue = "whole", deterministic = false }: BackendOptions,
): Backend {
  const kernels = precision === "bf16" ? bfloat16Kernels : fusedKernels;
  const { binding } = tensorFlowBackend(), onGpu = binding.isUsingGpuDevice();
  binding.keepDeterministic(deterministic);
  switch (issue) {
    case "ops":
      return { ...backend, kernels };
    case "whole":
      return { ...backend, kernels: { ...kernels, runAsOne } };
    case "compiled": {
      const slower = onGpu ? "" : "; compiled steps are for GPUs, on processors they are slower";
      return {
        ...backend,
        description: `${backend.description}, steps compiled by XLA`,
        reason: `${backend.reason}${slower}`,
        kernels: { ...kernels, runAsOne: runCompiled },
      };
    }
  }
}

const open = { tensorflow: openTensorFlow, webgpu: openWebgpu, wasm: openWasm, cpu: openCpu };

async function openChoice(choice: BackendChoice, issue?: StepIssue): Promise<Backend> {
  if (choice !== "auto") return { ...await open[choice](), reason: "asked for" };
  if (issue !== "compiled") return await openFastest();
  // So no adapter is looked for.
  return { ...openTensorFlow(), reason: "only TensorFlow compiles steps" };
}

/**
 * Starts an engine and makes it tfjs's current backend.
 *
 * @throws {Error} when the engine asked for is not to be had on this machine, or cannot compute in the
 * precision, or compile steps, as asked for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { name, description } = await openBackend("cpu");
 * assert.equal(`${name}: ${description}`, "cpu: plain JavaScript on the CPU");
 * await assert.rejects(openBackend("cpu", "bf16"), /the backend must be tensorflow/);
 * ```
 */
export async function openBackend(
  choice: BackendChoice,
  precision: Precision = "fp32",
  options: BackendOptions = {},
): Promise<Backend> {
  const backend = await openChoice(choice, options.issue);
  if (!await tf.setBackend(backend.name)) {
    throw new Error(`Cannot use the ${backend.name} backend as it did not start`);
  }
  await tf.ready();
  if (backend.name === "webgpu") {
    reportRefusals(tf.backend() as WebGPUBackend);
    keepBindings(tf.backend() as WebGPUBackend);
    copyVectors();
  }
  if (backend.name === "tensorflow") {
    return tensorFlowIn(backend, precision, options);
  }
  const compiles = options.issue === "compiled";
  if (precision === "fp32" && !compiles) return backend;
  const asked = compiles ? "compile steps" : `train in ${precision}`;
  throw new Error(
    `Cannot ${asked} as the backend must be tensorflow: current value is ${backend.name}`,
  );
}
