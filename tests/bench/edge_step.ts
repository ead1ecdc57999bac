/**
 * Our side of the edge's benchmark: one slice through the reference model for each line read, by ONNX Runtime called
 * bare, or by the whole server over a socket.
 *
 *     edge_step.ts wasm | native | ADDRESS
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { createNativeEngine } from "../../edge/native/engine.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { readBytes, readReference, slicePath } from "../edge/support/files.ts";

async function bare(engine: string): Promise<() => Promise<void>> {
  const reference = await readReference();
  const create = engine === "native" ? createNativeEngine : createEngine;
  const { run } = await create({ ...reference });
  const input = Float32Array.from({ length: 3 * 256 * 256 }, () => Math.random());
  return async () => void await run(input, [1, 3, 256, 256]);
}

async function served(url: string): Promise<() => Promise<void>> {
  const body = await readBytes(slicePath);
  return async () => {
    const address = `${url}v1/segment?model=reference&output=overlay`;
    const response = await fetch(address, { method: "POST", body });
    await response.bytes();
    if (!response.ok) throw new Error(`The server answered with status ${response.status}`);
  };
}

const [what] = Deno.args;
const run = await (what.startsWith("http") ? served(what) : bare(what));
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  await run();
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
}
