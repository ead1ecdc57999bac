/** A real NATS server with JetStream on a free port of this machine, for one test. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { TextLineStream } from "./text_lines.ts";
import { withFolder } from "./temporary_folder.ts";

const hasServer = spawnSync("nats-server", ["--version"]).status === 0;

/**
 * Registers a test that needs nats-server; skipped, by name, where it is not installed.
 *
 * @param lacking Whether it lacks something else, which its name says.
 */
export function testWithNats(
  name: string,
  fn: (url: string, folder: string, server: NatsServer) => Promise<void>,
  lacking = false,
) {
  const why = hasServer ? "" : " (skipped: nats-server is not installed)";
  Deno.test({
    name: `${name}${why}`,
    ignore: !hasServer || lacking,
    fn: () =>
      withFolder(async (folder) => {
        const server = await startServer(join(folder, "nats"));
        try {
          await fn(server.url, folder, server);
        } finally {
          await server.stop();
        }
      }),
  });
}

/** A server under way. */
export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server; `stop` ends it, as a power cut would.
 *
 * @param port Any that is free unless given: another server goes on where one was, with the same store.
 * @param configuration Its file of settings.
 */
export async function startServer(
  store: string,
  port = "-1",
  configuration?: string,
): Promise<NatsServer> {
  const settings = configuration ? ["-c", configuration] : [];
  const process = new Deno.Command("nats-server", {
    args: ["-js", "-a", "127.0.0.1", "-p", port, "-sd", store, ...settings],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = process.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  const { promise, resolve } = Promise.withResolvers<string>();
  const log: string[] = [];
  const reading = (async () => {
    let port = "";
    for await (const line of lines) {
      log.push(line);
      port = /client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? port;
      if (line.includes("Server is ready")) resolve(port);
    }
  })();
  let over = false;
  const ended = process.status.then(() => {
    over = true;
    throw new Error(`nats-server ended before it was ready: ${log.join("\n")}`);
  });
  const listening = await Promise.race([promise, ended]);
  ended.catch(() => {});
  return {
    url: `nats://127.0.0.1:${listening}`,
    pid: process.pid,
    async stop() {
      if (!over) process.kill("SIGKILL");
      await process.status;
      await reading;
    },
  };
}
