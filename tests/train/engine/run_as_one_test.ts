/** Work that TensorFlow does as one function. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { runAsOne } from "../../../train/engine/kernels/run_as_one.ts";
import { flatVariable } from "../../../train/network/flat_variable.ts";
import { testBackends } from "../support/backends.ts";
import { opsOf } from "../support/ops_of.ts";

/** Adds the input and a constant to a variable; gives what the variable was, twice that, and the input's maximum. */
function accumulate(variable: tf.Variable<tf.Rank.R1>, input: tf.Tensor, constant: tf.Tensor) {
  return runAsOne({
    dependencies: [constant],
    variables: [variable],
    inputs: [input],
    run([input]) {
      const old = variable.clone(), doubled = tf.concat1d([old, old]);
      variable.assign(tf.add(tf.addN([variable, input]), constant));
      return [old, doubled, tf.max(input)];
    },
  });
}

const vector = (...numbers: number[]) => tf.tensor1d(numbers);

async function numbersOf(tensors: tf.Tensor[]): Promise<number[][]> {
  return await Promise.all(tensors.map(async (tensor) => [...await tensor.data()]));
}

testBackends("runAsOne reads and assigns variables as the work would", async () => {
  const variable = flatVariable(Float32Array.of(1, 2)), constant = vector(10, 20);
  const first = accumulate(variable, vector(3, 4), constant);
  assert.deepEqual(await numbersOf([variable, ...first]), [[14, 26], [1, 2], [1, 2, 1, 2], [4]]);
  const input = vector(-5, -6);
  let second: tf.Tensor[] = [];
  const ops = opsOf(() => second = accumulate(variable, input, constant));
  assert.deepEqual(Object.values(ops), [1]);
  const expected = [[19, 40], [14, 26], [14, 26, 14, 26], [-5]];
  assert.deepEqual(await numbersOf([variable, ...second]), expected);
}, ["tensorflow"]);

testBackends("runAsOne takes other shapes and other dependencies for other work", async () => {
  const constant = vector(1);
  for (const numbers of [[1], [1, 2], [1, 2, 3]]) {
    const variable = flatVariable(Float32Array.from(numbers));
    accumulate(variable, tf.zerosLike(variable), constant);
    assert.deepEqual([...await variable.data()], numbers.map((number) => number + 1));
    accumulate(variable, tf.zerosLike(variable), vector(2));
    assert.deepEqual([...await variable.data()], numbers.map((number) => number + 3));
  }
}, ["tensorflow"]);

// The last one: nothing is a function afterwards.
testBackends("runAsOne does what TensorFlow refuses op by op, and says why", async () => {
  const size = 1025, variable = flatVariable(new Float32Array(size)), { warn } = console;
  const warnings: string[] = [];
  console.warn = (warning: string) => void warnings.push(warning);
  try {
    accumulate(variable, tf.ones([size]), tf.ones([size]));
    accumulate(variable, tf.ones([size]), tf.ones([size]));
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(new Set(await variable.data()), new Set([4]));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /op by op.*must have at most 4096 bytes: current value is 4100/);
}, ["tensorflow"]);
