/**
 * `deno task edge`: the page and the API on a socket.
 *
 * @module
 */

import { Command } from "commander";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseNumber } from "../shared/argument.ts";
import { createApp } from "./app.ts";
import { messageOf } from "./errors.ts";
import { type ModelFiles, readModel } from "./model_files.ts";
import { notice } from "./notice.ts";
import { createService, defaultWorkers, type SegmentationService } from "./service.ts";

/** How long requests may take to end once the server was told to stop, in milliseconds. */
const patience = 5000;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly model: URL;
  readonly workers: number;
}

function readSettings(args: readonly string[]): Settings {
  const command = new Command("deno task edge")
    .description(`Serves the page and the API that outline tumors. ${notice}`)
    .option("--port <number>", "port to listen on; 0 takes any that is free", "8000")
    .option("--host <address>", "address to listen on; 0.0.0.0 is every one", "127.0.0.1")
    .option(
      "--model <folder>",
      "folder with model.onnx and card.json",
      fileURLToPath(new URL("models/reference", import.meta.url)),
    )
    .option("--workers <number>", "slices segmented at once", `${defaultWorkers()}`)
    .parse(args, { from: "user" });
  const { port, host, model, workers } = command.opts<Record<keyof Settings, string>>();
  return {
    port: parseNumber("--port", port, { integer: true, minimum: 0, maximum: 65535 }),
    host,
    model: pathToFileURL(resolve(model) + "/"),
    workers: parseNumber("--workers", workers, { integer: true, minimum: 1, maximum: 256 }),
  };
}

function startServer(
  { host, port }: Settings,
  service: SegmentationService,
  files: ModelFiles & { readonly wasmBinary: Uint8Array },
): Deno.HttpServer<Deno.NetAddr> {
  const app = createApp({
    service,
    async loadAssets() {
      const { buildPage } = await import("./page_build.ts");
      return await buildPage(files);
    },
  });
  const { name, version } = files.card;
  const listening = {
    hostname: host,
    port,
    onListen({ hostname, port }: Deno.NetAddr) {
      const authority = hostname.includes(":") ? `[${hostname}]` : hostname;
      console.log(
        `Gliomap listens on http://${authority}:${port}/ with model ${name} ${version}. ${notice}`,
      );
    },
  };
  try {
    return Deno.serve(listening, app.fetch);
  } catch (error) {
    throw new Error(`Cannot listen on ${host}:${port} as ${messageOf(error)}`, { cause: error });
  }
}

function stopOnSignal(server: Deno.HttpServer, service: SegmentationService): void {
  const stop = async () => {
    setTimeout(() => Deno.exit(0), patience);
    await server.shutdown();
    service.close();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

async function main(): Promise<void> {
  const settings = readSettings(Deno.args);
  const files = await readModel(settings.model);
  const wasm = import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  const wasmBinary = await Deno.readFile(new URL(wasm));
  const service = createService({
    createWorker: () =>
      new Worker(new URL("../shared/inference/worker.ts", import.meta.url), { type: "module" }),
    size: settings.workers,
    wasmBinary,
    ...files,
  });
  const server = startServer(settings, service, { ...files, wasmBinary });
  stopOnSignal(server, service);
  await service.warmUp();
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
