/** A server of ours in a process of its own, on a port that was free. */

import { fileURLToPath } from "node:url";
import { root } from "./files.ts";

export interface RunningServer extends AsyncDisposable {
  /** Its address, ending in a slash. */
  readonly url: string;
  /** What it printed before it listened. */
  readonly firstLine: string;
  /** Sends a signal and waits for the end. */
  stop(signal: Deno.Signal): Promise<Deno.CommandStatus>;
}

/** Starts `deno` with these arguments and waits until it prints its address and is ready. */
export async function startServer(args: readonly string[]): Promise<RunningServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const firstLine = await readUntil(child.stdout, /http:\S+/);
  const url = /http:\S+/.exec(firstLine)![0];
  await untilReady(url);
  return {
    url,
    firstLine,
    stop(signal) {
      child.kill(signal);
      return child.status;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await child.status;
    },
  };
}

async function readUntil(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!pattern.test(text) || !text.endsWith("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The server ended before it listened; it printed: ${text}`);
    text += value;
  }
  await reader.cancel();
  return text;
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}health/ready`);
    await response.body?.cancel();
    if (response.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
