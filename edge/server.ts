/**
 * `deno task edge`: the page and the API on a socket.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import { Command } from "commander";
import { parseChoice, parseNumber } from "../shared/argument.ts";
import { createWorkers } from "../shared/inference/workers.ts";
import type { ModelCard } from "../shared/model_card.ts";
import { addAccessOptions, readAccess } from "./access/settings.ts";
import type { Assets } from "./assets.ts";
import { chooseModels, type ModelChoice } from "./choose_models.ts";
import { defaultModel } from "./default_model.ts";
import { createDecoders } from "./decoding/decoders.ts";
import { startThread } from "./decoding/thread.ts";
import { createDrain, endOnSignal } from "./drain.ts";
import { chooseEngines, type EngineName, engineNames, readRuntimeWasm } from "./engines.ts";
import { keepListening } from "./keep_listening.ts";
import { messageOf } from "./message_of.ts";
import { addLimitOptions, type Limits, readLimits } from "./limits.ts";
import { readModel } from "./model_files.ts";
import { createRegistry } from "./model_registry.ts";
import { notice } from "./notice.ts";
import { urlOf } from "./listening_url.ts";
import { createLog, type Log } from "./observe/log.ts";
import { addWorkOptions, readWorkSettings, type WorkSettings } from "./work_settings.ts";

const decodingWorker = new URL("decoding/worker.ts", import.meta.url);

/**
 * What is loaded once the server listens, by addresses that Deno learns then: of those that it can read in the source, it
 * reads all that they import before it starts, which doubles the time until a port is open.
 */
const appModule = new URL("app.ts", import.meta.url).href;
const pageModule = new URL("page_build.ts", import.meta.url).href;

interface Settings extends WorkSettings {
  readonly port: number;
  readonly host: string;
  readonly model: string;
  readonly engine: EngineName;
  readonly threads: number;
  readonly limits: Limits;
  /** Who may do what. */
  readonly access: Parameters<typeof readAccess>[0];
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
      }; auto: WebGPU for models in floats where there is a GPU, else WASM`,
      "auto",
    )
    .option("--threads <number>", "threads of each worker, with --engine native", "1");
  addLimitOptions(addAccessOptions(addWorkOptions(command))).parse(args, { from: "user" });
  const { port, host, model, engine, threads } = command.opts<Record<keyof Settings, string>>();
  return {
    ...readWorkSettings(command.opts()),
    port: parseNumber("--port", port, { integer: true, minimum: 0, maximum: 65535 }),
    host,
    model,
    engine: parseChoice("--engine", engine, engineNames),
    threads: parseNumber("--threads", threads, { integer: true, minimum: 1, maximum: 64 }),
    limits: readLimits(command.opts()),
    access: command.opts(),
  };
}

/** Listens before there is an app: what comes earlier waits for it, and a port that is taken is told at once. */
function startServer(
  { host, port }: Settings,
  { name, version }: ModelCard,
  app: Promise<Pick<OpenAPIHono, "fetch">>,
  log: Pick<Log, "warn">,
): ReturnType<typeof keepListening> {
  const listening = {
    hostname: host,
    port,
    onListen(address: Deno.NetAddr) {
      console.log(
        `Gliomap listens on ${urlOf(address)} with model ${name} ${version}. ${notice}`,
      );
    },
  };
  try {
    return keepListening(
      listening,
      async (request, info) => (await app).fetch(request, info),
      (error) => log.warn(`Cannot take more connections for now: ${messageOf(error)}`),
    );
  } catch (error) {
    throw new Error(`Cannot listen on ${host}:${port} as ${messageOf(error)}`, { cause: error });
  }
}

/** The page around the models, made when it is first asked for. */
async function loadPage({ folders, defaultFolder }: ModelChoice): Promise<Assets> {
  const { buildPage }: typeof import("./page_build.ts") = await import(pageModule);
  const others = folders.filter(({ href }) => href !== defaultFolder.href);
  // One that is not what its card says is not offered; the API refuses it by name.
  const read = await Promise.allSettled(others.map(readModel));
  const offered = read.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const models = [await readModel(defaultFolder), ...offered];
  return await buildPage({ models, wasmBinary: await readRuntimeWasm() });
}

async function main(): Promise<void> {
  const settings = readSettings(Deno.args);
  const log = createLog(settings.log), drain = createDrain();
  const access = await readAccess(settings.access, log);
  const choice = await chooseModels(new URL("models/", import.meta.url), settings.model);
  // What is asked for and cannot be is told before anything listens. Looking for a GPU is left for later: drivers may
  // print what they like.
  const { card } = await readModel(choice.defaultFolder);
  const asked = settings.engine === "auto"
    ? undefined
    : await chooseEngines(settings.engine, settings);
  const app = Promise.withResolvers<OpenAPIHono>();
  const server = startServer(settings, card, app.promise, log);
  endOnSignal(drain, () => server.shutdown(), settings.drain);
  const workers = createWorkers({
    engines: asked ?? await chooseEngines("auto"),
    size: settings.workers,
    maxWaiting: settings.queue,
    timeLimit: settings.timeLimit,
  });
  const models = await createRegistry({ ...choice, workers });
  const warm = models.get().then((model) => model.warmUp());
  // Waited for below; a failure before that must not end the process without a word.
  warm.catch(() => {});
  // While the first worker starts in another thread, which takes longest, the interface is loaded in this one: who asks
  // whether the server is ready is told that it is not, however long that takes.
  const { createApp }: typeof import("./app.ts") = await import(appModule);
  const { limits } = settings;
  const decoders = createDecoders({ start: () => startThread(decodingWorker), limits });
  const loadAssets = () => loadPage(choice);
  app.resolve(createApp({ models, decoders, limits, access, drain, log, loadAssets }));
  decoders.warmUp();
  await warm;
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
