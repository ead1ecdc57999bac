/** TensorFlow's binding keeps single numbers for the next time; nobody notices. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { testBackends } from "../support/backends.ts";

testBackends(
  "Numbers stay what they are when equal ones are disposed of, and others pile up",
  () => {
    const numbers = Array.from({ length: 600 }, (_, index) => index / 8);
    const first = numbers.map((number) => tf.scalar(number));
    const second = numbers.map((number) => tf.scalar(number));
    const values = (scalars: tf.Scalar[]) => scalars.map((scalar) => scalar.dataSync()[0]);
    tf.dispose(first);
    assert.deepEqual(values(second), numbers);
    tf.dispose(second);
    assert.deepEqual(values(numbers.map((number) => tf.scalar(number))), numbers);
  },
  ["tensorflow"],
);

testBackends("Numbers of the same bytes keep their types apart", () => {
  const types = ["float32", "int32", "bool", "float32"] as const;
  const zeros = types.map((type) => tf.add(tf.cast(tf.scalar(0, type), "float32"), 1));
  assert.deepEqual(zeros.map((zero) => zero.dataSync()[0]), [1, 1, 1, 1]);
}, ["tensorflow"]);

testBackends("An operation does not write into a number that is kept", () => {
  for (let time = 0; time < 3; time++) {
    const moved = tf.tidy(() => tf.add(tf.mul(tf.scalar(3), tf.scalar(3)), tf.scalar(3)));
    assert.equal(moved.dataSync()[0], 12);
    assert.equal(tf.sqrt(tf.scalar(16)).dataSync()[0], 4);
  }
}, ["tensorflow"]);
