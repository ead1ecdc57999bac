/**
 * The edge as one function for `deno serve`: what `deno task bundle` makes `dist/edge.js` of. Reads the page,
 * ONNX Runtime and the models from the folder `page/` beside it, and nothing else. The environment may say what options
 * say to `deno task edge` (`environment.ts`).
 *
 * @module
 */

import { createEngine } from "../shared/inference/engine.ts";
import { createInlineWorker } from "../shared/inference/inline_worker.ts";
import { createWorkers } from "../shared/inference/workers.ts";
import { readAccessEnvironment, warnWhereOpen } from "./access/environment.ts";
import { createApp } from "./app.ts";
import { assetPaths, assetsIn } from "./assets.ts";
import { createDecoders } from "./decoding/decoders.ts";
import { startThread } from "./decoding/thread.ts";
import { defaultModel } from "./default_model.ts";
import { createDrain, endOnSignal } from "./drain.ts";
import { readLimitsEnvironment } from "./limits.ts";
import { urlOf } from "./listening_url.ts";
import { messageOf } from "./message_of.ts";
import { findModels } from "./model_files.ts";
import { createRegistry } from "./model_registry.ts";
import { notice } from "./notice.ts";
import { createLog } from "./observe/log.ts";
import { pageModelsFolder } from "./offered_model.ts";
import { readWorkEnvironment } from "./work_settings.ts";

const limits = readLimitsEnvironment(), work = readWorkEnvironment({ log: "json" });
const page = new URL("./page/", import.meta.url);
const assets = await assetsIn(page);
const wasm = new URL(assetPaths.wasm, page);
// Some platforms have no workers: then one slice at a time, on this thread.
const hasWorkers = typeof Worker === "function";
const settings = hasWorkers ? { wasmPath: wasm.href } : { wasmBinary: await Deno.readFile(wasm) };
const createWorker = () =>
  hasWorkers
    ? new Worker(new URL(assetPaths.worker, page), { type: "module" })
    : createInlineWorker(createEngine);
const workers = createWorkers({
  engines: [{ name: "wasm", createWorker, settings }],
  size: hasWorkers ? work.workers : 1,
  maxWaiting: work.queue,
  timeLimit: work.timeLimit,
});
const models = await createRegistry({
  folders: await findModels(new URL(pageModelsFolder, page)),
  defaultName: defaultModel,
  workers,
});
const decodingWorker = new URL("./decoder.js", import.meta.url);
const start = hasWorkers
  ? () => startThread(decodingWorker)
  : (await import("./decoding/inline_thread.ts")).startInlineThread;
const decoders = createDecoders({ start, limits });
const drain = createDrain(), log = createLog(work.log);
const app = createApp({
  models,
  decoders,
  limits,
  access: await readAccessEnvironment(log),
  drain,
  log,
  loadAssets: () => Promise.resolve(assets),
});
// `deno serve` does not tell when the last bytes have left.
const flush = () => new Promise<void>((resolve) => setTimeout(resolve, 500));
const end = endOnSignal(drain, flush, work.drain);
// `deno serve` takes no connection ever again after one that it could not take, as where too many files are open. Whoever
// started the function starts it again; what was begun is answered first.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Deno.errors.Http)) return;
  event.preventDefault();
  log.warn(`Cannot take more connections, and ends: ${messageOf(event.reason)}`);
  end(1);
});

// Until it has answered, /health/ready says so; a failure is in the log and every request tries again.
models.get().then((model) => model.warmUp()).catch((error) => console.error(error));

/** Says where it listens, as Deno does unless there is a callback like this one. */
function onListen(address: Deno.Addr): void {
  if (!("hostname" in address)) return;
  console.log(`Gliomap listens on ${urlOf(address)} with model ${defaultModel}. ${notice}`);
  warnWhereOpen(address.hostname, log);
}

export default { fetch: app.fetch, onListen } satisfies Deno.ServeDefaultExport;
