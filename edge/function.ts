/**
 * The edge as one function for `deno serve`: what `deno task bundle` makes `dist/edge.js` of. Reads the page,
 * the model and ONNX Runtime from the folder `page/` beside it, and nothing else.
 *
 * @module
 */

import { createApp } from "./app.ts";
import { assetPaths, assetsIn } from "./assets.ts";
import { readModel } from "./model_files.ts";
import { createService, defaultWorkers } from "./service.ts";

const page = new URL("./page/", import.meta.url);
const assets = await assetsIn(page);
const service = createService({
  createWorker: () => new Worker(new URL(assetPaths.worker, page), { type: "module" }),
  size: defaultWorkers(),
  wasmBinary: await Deno.readFile(new URL(assetPaths.wasm, page)),
  ...await readModel(new URL(assetPaths.modelFolder, page)),
});
const app = createApp({ service, loadAssets: () => Promise.resolve(assets) });

// Until it has answered, /health/ready says so; a failure is in the log and every request tries again.
service.warmUp().catch((error) => console.error(error));

export default { fetch: app.fetch } satisfies Deno.ServeDefaultExport;
