/**
 * Our side of the edge's benchmark: one slice through a model for each line read, by ONNX Runtime called bare, or by
 * the whole server over a socket.
 *
 *     edge_step.ts wasm | native | ADDRESS MODEL
 *
 * Answers each line with its seconds, and the server's with the milliseconds that were not the network's as `value`.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { readRuntimeWasm } from "../../edge/engines.ts";
import { readModel } from "../../edge/model_files.ts";
import { createNativeEngine } from "../../edge/native/engine.ts";
import { createEngine } from "../../shared/inference/engine.ts";
import { networkInput } from "../../shared/inference/network_input.ts";
import { decodeImage } from "../../shared/image/decode.ts";
import { readBytes, root, slicePath } from "../edge/support/files.ts";

type Step = () => Promise<number | undefined>;

const body = await readBytes(slicePath);

async function bare(engine: string, name: string): Promise<Step> {
  const { card, model } = await readModel(new URL(`edge/models/${name}/`, root));
  const create = engine === "native" ? createNativeEngine : createEngine;
  const { run } = await create({ model, wasmBinary: await readRuntimeWasm() });
  const { data, shape } = networkInput(card, await decodeImage(body));
  return async () => {
    await run(data, shape);
    return undefined;
  };
}

/** What is done around the network. */
const around = /\b(?:decode|preprocess|postprocess|encode);dur=([\d.]+)/g;

function served(url: string, model: string): Step {
  return async () => {
    const address = `${url}v1/segment?model=${model}&output=overlay`;
    const response = await fetch(address, { method: "POST", body });
    await response.bytes();
    if (!response.ok) throw new Error(`The server answered with status ${response.status}`);
    const stages = response.headers.get("server-timing")!.matchAll(around);
    return [...stages].reduce((sum, [, milliseconds]) => sum + Number(milliseconds), 0);
  };
}

const [what, model] = Deno.args;
const run = what.startsWith("http") ? served(what, model) : await bare(what, model);
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now(), value = await run();
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, value }));
}
