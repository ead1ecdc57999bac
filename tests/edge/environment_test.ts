import assert from "node:assert/strict";
import { defaultLimits, readLimitsEnvironment } from "../../edge/limits.ts";
import { readWorkEnvironment } from "../../edge/work_settings.ts";

/** Runs with these variables, which are gone afterwards. */
function withVariables<Result>(variables: Record<string, string>, run: () => Result): Result {
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    return run();
  } finally {
    for (const name of Object.keys(variables)) Deno.env.delete(name);
  }
}

Deno.test("readLimitsEnvironment() gives the defaults, and what variables say instead", () => {
  assert.deepEqual(readLimitsEnvironment(), defaultLimits);
  const variables = { GLIOMAP_MAX_PIXELS: "65536", GLIOMAP_BODY_SECONDS: "0.5" };
  assert.deepEqual(withVariables(variables, readLimitsEnvironment), {
    ...defaultLimits,
    maxPixels: 65536,
    bodySeconds: 0.5,
  });
});

Deno.test("readWorkEnvironment() gives the defaults, its caller's, and what variables say instead", () => {
  const read = () => readWorkEnvironment({ log: "json" });
  const { workers, ...others } = read();
  assert.ok(workers >= 1 && workers <= 8);
  assert.deepEqual(others, { queue: 32, timeLimit: 30_000, drain: 20_000, log: "json" });
  const variables = {
    GLIOMAP_WORKERS: "3",
    GLIOMAP_QUEUE: "0",
    GLIOMAP_TIME_LIMIT: "0.5",
    GLIOMAP_DRAIN: "1",
    GLIOMAP_LOG: "off",
  };
  const expected = { workers: 3, queue: 0, timeLimit: 500, drain: 1000, log: "off" };
  assert.deepEqual(withVariables(variables, read), expected);
});

for (
  const [name, value] of [
    ["GLIOMAP_MAX_FILES", "0"],
    ["GLIOMAP_WORKERS", "many"],
    ["GLIOMAP_TIME_LIMIT", "0"],
    ["GLIOMAP_LOG", "loud"],
  ]
) {
  Deno.test(`the environment is refused where ${name} is ${value}, by name`, () => {
    const read = () => [readLimitsEnvironment(), readWorkEnvironment({})];
    const message = new RegExp(`Cannot use ${name} as .*current value is "${value}"`);
    assert.throws(() => withVariables({ [name]: value }, read), message);
  });
}
