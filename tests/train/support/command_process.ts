/** A command of train/ that runs beside the test, is listened to, and may be killed. */
import { TextLineStream } from "./text_lines.ts";
import { root, temporaryFiles } from "./run_command.ts";

/** A process under way. */
export interface CommandProcess {
  /** Lines of standard output so far. */
  readonly lines: readonly string[];
  /** Waits for a line that matches, from the start on. */
  line(pattern: RegExp): Promise<string>;
  /** Asks it to end. */
  terminate(): void;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Waits for its own end. */
  readonly ended: Promise<{ code: number; stderr: string }>;
  readonly pid: number;
}

export function startCommand(name: string, ...args: string[]): CommandProcess {
  return start(name, [], args);
}

/** Starts it with a clock on the wall that jumps by hours. */
export function startCommandUnderClock(name: string, ...args: string[]): CommandProcess {
  return start(name, ["--preload", "tests/clock/jumping_clock.ts"], args);
}

function start(name: string, options: readonly string[], args: readonly string[]): CommandProcess {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", ...options, `train/commands/${name}.ts`, ...args],
    cwd: root,
    env: { NO_COLOR: "1", TMPDIR: temporaryFiles },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [], waiting = new Set<() => void>();
  let over = false;
  const reading = (async () => {
    const stream = process.stdout.pipeThrough(new TextDecoderStream());
    for await (const line of stream.pipeThrough(new TextLineStream())) {
      lines.push(line);
      waiting.forEach((look) => look());
    }
    over = true;
    waiting.forEach((look) => look());
  })();
  const complaints = new Response(process.stderr).text();
  const ended = (async () => {
    const { code } = await process.status;
    await reading;
    return { code, stderr: await complaints };
  })();
  return {
    lines,
    pid: process.pid,
    ended,
    line(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => {
        const found = lines.find((line) => pattern.test(line));
        if (found !== undefined) resolve(found);
        else if (over) complaints.then((text) => reject(new Error(`${name} ended: ${text}`)));
      };
      waiting.add(look);
      look();
      return promise.finally(() => waiting.delete(look));
    },
    terminate: () => process.kill("SIGTERM"),
    async kill() {
      try {
        process.kill("SIGKILL");
      } catch { /* It has ended. */ }
      await ended;
    },
  };
}
