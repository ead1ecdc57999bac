/**
 * Compute shaders of our own among those of tfjs's webgpu backend, on its tensors and in its queue.
 *
 * @see https://www.w3.org/TR/WGSL/
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";

/** Invocations of a workgroup, one after the other in memory. */
export const threads = 256;

/** How a shader sees a tensor: number by number, or by fours of them. */
export type Components = 1 | 4;

/** A shader. Every tensor is a flat array in C order: of float32, or of int32 where it is of type bool. */
export interface Shader {
  /** Tells it apart from all others: two shaders of one name have the same code. */
  readonly name: string;
  /** What the code calls its inputs. It calls its output `result`. */
  readonly inputs: readonly string[];
  /** Whole numbers that the code finds as `uniforms.NAME`. */
  readonly numbers: readonly string[];
  /** Numbers of float32 that it finds in the same way. @default none */
  readonly rates?: readonly string[];
  /** 4 where inputs are arrays of `vec4<f32>`: all of them, or each by itself. @default 1 */
  readonly inputComponents?: Components | readonly Components[];
  /** 4 where the output is one. @default 1 */
  readonly outputComponents?: Components;
  /** Invocations of a workgroup. @default 256 */
  readonly threads?: number;
  /**
   * WGSL with `fn main(index : i32)`. Beside the index of the invocation there are `localIndex`, within its workgroup,
   * `workgroupId` and `numWorkgroups`. It is asked for once in a process: a long one is better a getter.
   */
  readonly code: string;
}

/** What a shader is run on. */
export interface ShaderCall {
  readonly inputs: readonly tf.Tensor[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly rates?: Readonly<Record<string, number>>;
  readonly outputShape: readonly number[];
  /**
   * Workgroups to run. More than 65535 are run in rows: there `workgroupId.y` counts, and a few run that were not
   * asked for.
   *
   * @default as many as give each element of the output an invocation
   */
  readonly workgroups?: number;
}

/** Runs a shader; the engine has not done it yet when this returns. */
export function runShader(shader: Shader, call: ShaderCall): tf.Tensor {
  const { inputComponents = 1, outputComponents = 1 } = shader;
  const outputShape = [...call.outputShape], workgroup = shader.threads ?? threads;
  const invocations = tf.util.sizeFromShape(outputShape) / outputComponents;
  const values = [
    ...shader.numbers.map((name) => ({ name, type: "int32", value: call.numbers[name] })),
    ...(shader.rates ?? []).map((name) => ({ name, type: "float32", value: call.rates![name] })),
  ];
  const program: WebGPUProgram = {
    shaderKey: shader.name,
    variableNames: [...shader.inputs],
    uniforms: values.map(({ name, type }) => `${name} : ${type === "int32" ? "i32" : "f32"}, `)
      .join(""),
    outputShape,
    variableComponents: typeof inputComponents === "number"
      ? shader.inputs.map(() => inputComponents)
      : [...inputComponents],
    outputComponent: outputComponents,
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [call.workgroups ?? Math.ceil(invocations / workgroup), 1, 1],
    getUserCode: () => shader.code,
  };
  const uniforms = values.map(({ type, value }) => ({ type, data: [value] }));
  const backend = tf.backend() as WebGPUBackend;
  const output = backend.runWebGPUProgram(program, [...call.inputs], "float32", uniforms);
  return tf.engine().makeTensorFromTensorInfo(output);
}
