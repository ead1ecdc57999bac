/**
 * Progress bars for work that takes more than a second: drawn on a terminal, silent in a pipe or a log.
 *
 * @module
 */
import process from "node:process";
import cliProgress from "cli-progress";

/** A piece of work under way. */
export interface Progress {
  /**
   * Tells how many units are done by now.
   *
   * @param note Shown behind the bar, as `loss 0.31`; the one before stays where absent.
   */
  update(done: number, note?: string): void;
  /** Tells that one more unit, or `units` more, are done. */
  advance(units?: number, note?: string): void;
  /** Ends the bar; what is printed next starts on a line of its own. */
  stop(): void;
}

/** Settings of {@linkcode startProgress}. */
export interface ProgressOptions {
  /** What is counted, as `slices`. @default {""} */
  readonly unit?: string;
  /** Units that are done already, which say nothing about the time that the others take. @default {0} */
  readonly done?: number;
  /** Where the bar is drawn; nothing is drawn unless it is a terminal. @default {process.stderr} */
  readonly stream?: NodeJS.WriteStream;
}

/**
 * Starts a progress bar.
 *
 * @param label What is going on, as `Segmenting`.
 * @param total How many units there are.
 *
 * @example
 * ```ts
 * const progress = startProgress("Segmenting", 2, { unit: "slices" });
 * progress.advance();
 * progress.advance();
 * progress.stop();
 * ```
 */
export function startProgress(
  label: string,
  total: number,
  { unit = "", done = 0, stream = process.stderr }: ProgressOptions = {},
): Progress {
  const bar = new cliProgress.SingleBar({
    // All of a training's fits into 80 columns, where the rest would be cut off.
    format: "{label} {bar} {percentage}%  {value}/{total}{unit}  {eta_formatted} left{note}",
    barsize: 8,
    stream: neverFailing(stream),
    noTTYOutput: false,
    // The terminal's ways are left as they are: a process that a signal ends could not put them back.
    hideCursor: false,
    linewrap: true,
    etaBuffer: 50,
    // Work under way counts in part: 3.9 of 4 are 3, but for the rounding of sums. The percentage comes as a text.
    formatValue: (value) => String(Math.floor(Number(value) + 1e-6)),
    // Before anything is done there is no telling.
    formatTime: (seconds, options, step) =>
      Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, options, step) : "?",
  }, cliProgress.Presets.shades_classic);
  if (stream.isTTY) bar.start(total, done, { label, unit: unit && ` ${unit}`, note: "" });
  const payload = (note?: string) => note === undefined ? {} : { note: `  ${note}` };
  return {
    update: (done, note) => bar.update(done, payload(note)),
    advance: (units = 1, note) => bar.increment(units, payload(note)),
    stop: () => bar.stop(),
  };
}

function ignore(): void {}

/** The same terminal; should it be closed, work goes on without a bar, to save what it has. */
function neverFailing(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  // A write may fail when it has long returned; without a listener that would end the process.
  stream.off("error", ignore).on("error", ignore);
  const write = (text: string) => {
    try {
      return stream.write(text);
    } catch {
      return false;
    }
  };
  return Object.create(stream, { write: { value: write } });
}
