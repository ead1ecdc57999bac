/**
 * Work of hundreds of TensorFlow ops, issued as one: as a TensorFlow function, recorded the first time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { attributeKind, type OpAttribute } from "../tensorflow/data_type.ts";
import { isBfloat16 } from "./bfloat16.ts";
import { runMany } from "./fused.ts";
import type { Work } from "./kernels.ts";
import { tensorFlowBackend } from "./tensorflow_backend.ts";

/** A TensorFlow function. */
interface Recorded {
  readonly name: string;
  readonly outputs: number;
}

/** And what it was recorded for. */
interface Kept extends Recorded {
  readonly key: readonly unknown[];
}

/** How many functions are kept: an epoch's last batch may have fewer slices than others. */
const mostFunctions = 8;

/** The functions of this process, those longest out of use first. */
let functions: readonly Kept[] = [];

/** A way to have TensorFlow do work that is a function. */
interface Way {
  /** Of the op that runs the function. */
  readonly attributes: OpAttribute[];
  /** What is said when TensorFlow refuses. */
  readonly refusal: string;
}

const asFunction: Way = {
  attributes: [],
  refusal: "Steps run op by op, which is slower on a GPU",
};

/**
 * XLA makes the function's ops a few programs of its own, the first time it runs.
 *
 * @see https://openxla.org/xla/tf2xla
 */
const compiled: Way = {
  attributes: [{ name: "_XlaMustCompile", type: attributeKind.bool, value: true }],
  refusal: "Steps are not compiled",
};

/** What TensorFlow refused in this process. */
const refused = new Set<Way>();

/** Does the work op by op and records it; the variables are then as they were before. */
function record({ variables, inputs, run }: Work): Recorded {
  const backend = tensorFlowBackend();
  return tf.tidy(() => {
    const before = variables.map((variable) => variable.clone());
    const given = backend.getInputTensorIds([...before, ...inputs]);
    let outputs = 0;
    try {
      const name = backend.binding.recordFunction(given, () => {
        const results = backend.getInputTensorIds([...variables, ...run(inputs)]);
        outputs = results.length;
        return results;
      });
      return { name, outputs };
    } finally {
      variables.forEach((variable, index) => variable.assign(before[index] as typeof variable));
    }
  });
}

/** Type and shape of a tensor, which a function is made for. */
function kindOf(tensor: tf.Tensor): string {
  return `${isBfloat16(tensor) ? "bfloat16" : tensor.dtype} ${tensor.shape}`;
}

/** The work's function: the one that was recorded for it, or a new one in the place of the one longest out of use. */
function functionOf(work: Work): Recorded {
  const key = [...work.dependencies, ...[...work.variables, ...work.inputs].map(kindOf)];
  const found = functions.find((kept) =>
    kept.key.length === key.length && kept.key.every((part, index) => part === key[index])
  );
  const used = found ?? { key, ...record(work) };
  functions = [...functions.filter((kept) => kept !== found), used];
  const { binding } = tensorFlowBackend();
  for (const { name } of functions.slice(0, -mostFunctions)) binding.deleteFunction(name);
  functions = functions.slice(-mostFunctions);
  return used;
}

function runFunction(work: Work, { attributes }: Way): tf.Tensor[] {
  const { variables, inputs } = work, { name, outputs } = functionOf(work);
  return tf.tidy(() => {
    const results = runMany(name, attributes, outputs, ...variables, ...inputs);
    variables.forEach((variable, index) => variable.assign(results[index] as typeof variable));
    return results.slice(variables.length);
  });
}

/** In the first of the ways that TensorFlow does not refuse, else op by op; what it refused once is not tried again. */
function runIn(ways: readonly Way[], work: Work): tf.Tensor[] {
  for (const way of ways.filter((way) => !refused.has(way))) {
    try {
      return runFunction(work, way);
    } catch (error) {
      refused.add(way);
      console.warn(`${way.refusal}: ${(error as Error).message}`);
    }
  }
  return tf.tidy(() => work.run(work.inputs));
}

/**
 * As in `Kernels`. The numbers are the function's in the first run, too, so that work that was interrupted goes on to
 * the bit: TensorFlow may compute otherwise within a function. Should it refuse one, the program says so, and works op
 * by op from then on.
 */
export function runAsOne(work: Work): tf.Tensor[] {
  return runIn([asFunction], work);
}

/**
 * {@linkcode runAsOne} by a function that XLA compiles: seconds of the first run, and again for tensors of other shapes.
 * Should XLA refuse it, the program says so, and the function runs uncompiled from then on.
 */
export function runCompiled(work: Work): tf.Tensor[] {
  return runIn([compiled, asFunction], work);
}
