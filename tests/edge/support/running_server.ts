/** A server of ours in a process of its own, on a port that was free. */

import { fileURLToPath } from "node:url";
import { root } from "./files.ts";

export interface RunningServer extends AsyncDisposable {
  /** Its address, ending in a slash. */
  readonly url: string;
  readonly pid: number;
  /** What it printed before it listened. */
  readonly firstLine: string;
  /** Everything it has printed by now, on both outputs. */
  readonly output: string;
  /** How it ends by itself, once it has said everything. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Sends a signal and waits for the end. */
  stop(signal: Deno.Signal): Promise<Deno.CommandStatus>;
}

/**
 * The arguments that a task of `deno.json` gives to `deno`. A signal sent to `deno task` itself may not reach
 * what it runs.
 */
export async function argumentsOfTask(name: string): Promise<string[]> {
  const words = await wordsOfTask(name);
  return words.slice(words.indexOf("deno") + 1);
}

/** The variables that a task sets for `deno`. */
async function environmentOfTask(name: string): Promise<Record<string, string>> {
  const words = await wordsOfTask(name);
  return Object.fromEntries(words.slice(0, words.indexOf("deno")).map((word) => word.split("=")));
}

async function wordsOfTask(name: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return tasks[name].split(" ");
}

interface StartOptions {
  readonly ready?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly openFiles?: number;
}

/**
 * Starts `deno` with these arguments and waits until it prints its address and is ready.
 *
 * @param ready Whether to wait for the second.
 * @param env Variables of its environment beside our own.
 * @param openFiles How many files and connections it may have open at once; not on Windows. @default what we may
 */
export async function startServer(
  args: readonly string[],
  { ready = true, env = {}, openFiles }: StartOptions = {},
): Promise<RunningServer> {
  const command = [Deno.execPath(), ...args];
  if (openFiles) command.unshift("sh", "-c", `ulimit -n ${openFiles}; exec "$0" "$@"`);
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { promise: printed, resolve, reject } = Promise.withResolvers<string>();
  // Both are read to their ends: a server whose output nobody takes would stop one day.
  let output = "";
  const hear = (text: string) => output += text;
  const outputs = [child.stdout, child.stderr].map((stream) => readLines(stream, resolve, hear));
  const all = Promise.all(outputs).then((texts) => texts.join(""));
  all.then((text) => reject(new Error(`The server ended before it listened; it said: ${text}`)));
  const firstLine = await printed;
  const url = address.exec(firstLine)![0];
  if (ready) await untilReady(url);
  const ended = all.then(() => child.status);
  return {
    url,
    pid: child.pid,
    ended,
    firstLine,
    get output() {
      return output;
    },
    async stop(signal) {
      child.kill(signal);
      return await ended;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}

/** Starts the server as `deno task edge` does, on a port that is free. */
export async function startEdge(...options: string[]): Promise<RunningServer> {
  const args = [...await argumentsOfTask("edge"), "--port", "0", ...options];
  return await startServer(args, { env: await environmentOfTask("edge") });
}

const address = /http:\S+/;

/**
 * Everything a stream says; `listening` gets the text up to the end of the line with the address, `hear` each part.
 */
async function readLines(
  stream: ReadableStream<Uint8Array>,
  listening: (text: string) => void,
  hear: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    const said = decoder.decode(part, { stream: true });
    text += said;
    hear(said);
    if (address.test(text) && text.endsWith("\n")) listening(text);
  }
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
