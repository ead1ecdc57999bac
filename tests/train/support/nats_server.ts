/** A real NATS server with JetStream on a free port of this machine, for one test. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { TextLineStream } from "./text_lines.ts";
import { withFolder } from "./temporary_folder.ts";

const hasServer = spawnSync("nats-server", ["--version"]).status === 0;

/** Registers a test that needs nats-server; skipped, by name, where it is not installed. */
export function testWithNats(name: string, fn: (url: string, folder: string) => Promise<void>) {
  const why = hasServer ? "" : " (skipped: nats-server is not installed)";
  Deno.test({
    name: `${name}${why}`,
    ignore: !hasServer,
    fn: () =>
      withFolder(async (folder) => {
        const server = await startServer(join(folder, "nats"));
        try {
          await fn(server.url, folder);
        } finally {
          await server.stop();
        }
      }),
  });
}

/** Starts a server; `stop` ends it. */
export async function startServer(store: string) {
  const process = new Deno.Command("nats-server", {
    args: ["-js", "-a", "127.0.0.1", "-p", "-1", "-sd", store],
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
  const ended = process.status.then(() => {
    throw new Error(`nats-server ended before it was ready: ${log.join("\n")}`);
  });
  const port = await Promise.race([promise, ended]);
  ended.catch(() => {});
  return {
    url: `nats://127.0.0.1:${port}`,
    async stop() {
      process.kill("SIGKILL");
      await process.status;
      await reading;
    },
  };
}
