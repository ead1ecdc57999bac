/**
 * `deno task edge`: the page and the API on a socket.
 *
 * @module
 */

import { Command } from "commander";
import { parseChoice, parseNumber } from "../shared/argument.ts";
import { createWorkers, type Workers } from "../shared/inference/workers.ts";
import type { createApp } from "./app.ts";
import { chooseModels } from "./choose_models.ts";
import { defaultModel } from "./default_model.ts";
import { chooseEngines, type EngineName, engineNames, readRuntimeWasm } from "./engines.ts";
import { messageOf } from "./errors.ts";
import { readModel } from "./model_files.ts";
import { createRegistry, type ModelRegistry } from "./model_registry.ts";
import { notice } from "./notice.ts";
import { defaultWorkers } from "./service.ts";

/** How long requests may take to end once the server was told to stop, in milliseconds. */
const patience = 5000;

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly model: string;
  readonly workers: number;
  readonly queue: number;
  readonly timeLimit: number;
  readonly engine: EngineName;
  readonly threads: number;
}

function readSettings(args: readonly string[]): Settings {
  const command = new Command("deno task edge")
    .description(`Serves the page and the API that outline tumors. ${notice}`)
    .option("--port <number>", "port to listen on; 0 takes any that is free", "8000")
    .option("--host <address>", "address to listen on; 0.0.0.0 is every one", "127.0.0.1")
    .option(
      "--model <name or folder>",
      "model of the page and of requests that name none: one of edge/models, or any folder with " +
        "model.onnx and card.json",
      defaultModel,
    )
    .option(
      "--engine <name>",
      `what runs the models, one of ${
        engineNames.join(", ")
      }; auto: WebGPU where there is a GPU, else WASM`,
      "auto",
    )
    .option("--workers <number>", "slices segmented at once", `${defaultWorkers()}`)
    .option("--threads <number>", "threads of each worker, with --engine native", "1")
    .option("--queue <number>", "slices that may wait; beyond it the answer is 429", "32")
    .option("--time-limit <seconds>", "what one slice may take; beyond it the answer is 504", "30")
    .parse(args, { from: "user" });
  const { port, host, model, workers, queue, timeLimit, engine, threads } = command.opts<
    Record<keyof Settings, string>
  >();
  return {
    port: parseNumber("--port", port, { integer: true, minimum: 0, maximum: 65535 }),
    host,
    model,
    workers: parseNumber("--workers", workers, { integer: true, minimum: 1, maximum: 256 }),
    queue: parseNumber("--queue", queue, { integer: true, minimum: 0 }),
    engine: parseChoice("--engine", engine, engineNames),
    threads: parseNumber("--threads", threads, { integer: true, minimum: 1, maximum: 64 }),
    timeLimit: 1000 * parseNumber("--time-limit", timeLimit, { above: 0, maximum: 3600 }),
  };
}

function startServer(
  { host, port }: Settings,
  models: ModelRegistry,
  page: URL,
  create: typeof createApp,
): Deno.HttpServer<Deno.NetAddr> {
  const app = create({
    models,
    async loadAssets() {
      const { buildPage } = await import("./page_build.ts");
      return await buildPage({ ...await readModel(page), wasmBinary: await readRuntimeWasm() });
    },
  });
  const { name, version } = models.cards[0];
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

function stopOnSignal(server: Deno.HttpServer, workers: Workers): void {
  const stop = async () => {
    setTimeout(() => Deno.exit(0), patience);
    await server.shutdown();
    workers.close();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
}

async function main(): Promise<void> {
  const settings = readSettings(Deno.args);
  const [engines, choice] = await Promise.all([
    chooseEngines(settings.engine, settings.threads),
    chooseModels(new URL("models/", import.meta.url), settings.model),
  ]);
  const workers = createWorkers({
    engines,
    size: settings.workers,
    maxWaiting: settings.queue,
    timeLimit: settings.timeLimit,
  });
  const models = await createRegistry({ ...choice, workers });
  const warm = (await models.get()).warmUp();
  // Waited for below; a failure before that must not end the process without a word.
  warm.catch(() => {});
  // While the first worker starts in another thread, the interface is loaded in this one.
  const { createApp } = await import("./app.ts");
  const server = startServer(settings, models, choice.defaultFolder, createApp);
  stopOnSignal(server, workers);
  await warm;
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
