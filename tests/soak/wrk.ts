/**
 * wrk's part: many connections that are kept, at twice the capacity. What wrk cannot do is left to `load.ts` and
 * `strangers.ts`: a rate whatever the answers take, the times of those that were served, clients that are slow or leave.
 */

import { fileURLToPath } from "node:url";
import { root, slicePath } from "../edge/support/files.ts";

/** What wrk counted. */
export interface WrkCount {
  readonly seconds: number;
  readonly served: number;
  readonly refused: number;
  /** Refusals without `Retry-After`, and answers that are neither. */
  readonly wrong: number;
  /** Connections that could not be made or were lost, and answers that never came. */
  readonly failed: number;
}

export interface WrkLoad {
  /** Answers a second that the server can give. */
  readonly capacity: number;
  /** Requests that it holds at once: those that wait, and those that are worked on. */
  readonly places: number;
  readonly seconds: number;
  /** Milliseconds after which an answer is given up. */
  readonly patience: number;
}

/** Whether wrk is installed. */
export async function hasWrk(): Promise<boolean> {
  try {
    await new Deno.Command("wrk", { args: ["-v"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks for the same slice from as many connections as make twice the capacity: where all places are taken, the others
 * ask a second after they were refused, so there are as many of these as are to ask in a second.
 */
export async function loadWithWrk(url: URL, load: WrkLoad): Promise<WrkCount> {
  const connections = load.places + Math.ceil(2 * load.capacity);
  const length = Math.max(10, Math.round(load.seconds));
  const patience = Math.ceil(load.patience / 1000);
  const script = fileURLToPath(new URL("slice.lua", import.meta.url));
  const options = ["-t1", `-c${connections}`, `-d${length}s`, "--timeout", `${patience}s`];
  const { code, stdout, stderr } = await new Deno.Command("wrk", {
    args: [...options, "-s", script, url.href, "--", slicePath],
    cwd: fileURLToPath(root),
  }).output();
  const decoder = new TextDecoder(), text = decoder.decode(stdout);
  const line = text.split("\n").find((line) => line.startsWith("{"));
  if (code !== 0 || !line) throw new Error(`wrk failed: ${text}${decoder.decode(stderr)}`);
  return JSON.parse(line);
}
