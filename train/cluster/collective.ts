/**
 * What processes that learn from one batch together tell each other within a step, by TensorFlow's collective
 * ops: over gRPC, or over NCCL between GPUs.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/ops/collective_ops.cc
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { AddUp } from "../fit/loss.ts";
import { attributeKind, dataType, type OpAttribute } from "../engine/tensorflow/data_type.ts";

/** Sums and collections over all processes. Every process has to call the same ones in the same order. */
export interface Collective {
  /** This process's number, from 0. */
  readonly rank: number;
  /** How many processes there are. */
  readonly size: number;
  /** The sum of all processes' vectors: the same bits on each of them. */
  sum(vector: tf.Tensor1D): tf.Tensor1D;
  /** All processes' vectors, a row for each rank. */
  gather(vector: tf.Tensor1D): tf.Tensor2D;
}

/** A collective op failed, as it does when another process is gone. */
export class CollectiveError extends Error {
  override readonly name = "CollectiveError";
}

/** All processes are in one group. */
const groupKey = 1;

const elementType: OpAttribute = { name: "T", type: attributeKind.type, value: dataType.float };
const text = (name: string, value: string) => ({ name, type: attributeKind.string, value });
const noOrdering: OpAttribute = { name: "Nordering_token", type: attributeKind.int, value: 0 };

/** Collective ops of a process whose TensorFlow is a task of the cluster. */
export class TensorFlowCollective implements Collective {
  readonly #hint: OpAttribute;
  /** Numbers that TensorFlow tells collective ops apart by, by what the ops do. Every process counts alike. */
  readonly #instanceKeys = new Map<string, tf.Scalar>();
  readonly #groupSize: tf.Scalar;
  readonly #groupKey: tf.Scalar;

  /** @param onGpu Whether every process computes on a GPU of its own. */
  constructor(readonly rank: number, readonly size: number, onGpu: boolean) {
    this.#hint = text("communication_hint", onGpu ? "nccl" : "ring");
    this.#groupSize = tf.keep(tf.scalar(size, "int32"));
    this.#groupKey = tf.keep(tf.scalar(groupKey, "int32"));
  }

  sum(vector: tf.Tensor1D): tf.Tensor1D {
    if (this.size === 1) return tf.clone(vector);
    const operations = [text("merge_op", "Add"), text("final_op", "Id")];
    return this.#run("CollectiveReduceV2", operations, vector) as tf.Tensor1D;
  }

  gather(vector: tf.Tensor1D): tf.Tensor2D {
    const row = tf.expandDims(vector) as tf.Tensor2D;
    return this.size === 1 ? row : this.#run("CollectiveGatherV2", [], row) as tf.Tensor2D;
  }

  #run(op: string, attributes: OpAttribute[], input: tf.Tensor): tf.Tensor {
    const key = this.#instanceKey(`${op} ${input.shape}`);
    const backend = tf.backend() as NodeJSKernelBackend;
    try {
      return backend.executeSingleOutput(
        op,
        [elementType, ...attributes, this.#hint, noOrdering] as never,
        [input, this.#groupSize, this.#groupKey, key],
      );
    } catch (error) {
      throw new CollectiveError((error as Error).message, { cause: error });
    }
  }

  #instanceKey(what: string): tf.Scalar {
    let key = this.#instanceKeys.get(what);
    if (!key) {
      key = tf.keep(tf.scalar(this.#instanceKeys.size + 1, "int32"));
      this.#instanceKeys.set(what, key);
    }
    return key;
  }
}

/**
 * Adds up sums over all processes, for a loss. Each process's sums move every process's loss by as much as its
 * own, so a gradient comes through as it is.
 */
export function addUpOver(collective: Collective): AddUp {
  const total = tf.customGrad((sums) => ({
    value: collective.sum(sums as tf.Tensor1D),
    gradFunc: (upstream) => upstream,
  }));
  return (...sums) => tf.unstack(total(tf.stack(sums))) as tf.Scalar[];
}
