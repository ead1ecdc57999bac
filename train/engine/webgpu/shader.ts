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
  /**
   * WGSL with `fn main(index : i32)`. Beside the index of the invocation there are `localIndex`, within its workgroup,
   * and `workgroupId.x`.
   */
  readonly code: string;
}

/** What a shader is run on. */
export interface ShaderCall {
  readonly inputs: readonly tf.Tensor[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly rates?: Readonly<Record<string, number>>;
  readonly outputShape: readonly number[];
  /** Workgroups to run, at most 65535. @default as many as give each element of the output an invocation */
  readonly workgroups?: number;
}

/** Runs a shader; the engine has not done it yet when this returns. */
export function runShader(shader: Shader, call: ShaderCall): tf.Tensor {
  const outputShape = [...call.outputShape], size = tf.util.sizeFromShape(outputShape);
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
    workgroupSize: [threads, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [call.workgroups ?? Math.ceil(size / threads), 1, 1],
    getUserCode: () => shader.code,
  };
  const uniforms = values.map(({ type, value }) => ({ type, data: [value] }));
  const backend = tf.backend() as WebGPUBackend;
  const output = backend.runWebGPUProgram(program, [...call.inputs], "float32", uniforms);
  return tf.engine().makeTensorFromTensorInfo(output);
}
