/** What somebody who helps needs to know of this page: no pixels, no names of files or patients. */

/** What is written down; absent where it is not known. */
export interface Diagnostics {
  readonly model?: { readonly name: string; readonly version: string };
  /** What ran it, as the badge says. */
  readonly engine: string;
  /** What the browser says of its GPU. */
  readonly adapter?: string;
  readonly cores: number;
  /** Whether the host lets WebAssembly have threads. */
  readonly isolated: boolean;
  /** From the first download to the first answer. */
  readonly startMilliseconds?: number;
  /** Of each slice that is done. */
  readonly sliceMilliseconds: readonly number[];
  /** Of the scan, not what it is of. */
  readonly shape?: readonly number[];
  readonly channels?: number;
  readonly browser: string;
}

const unknown = "unknown";

function timesOf(times: readonly number[]): string {
  if (times.length === 0) return "none done";
  const ordered = times.toSorted((a, b) => a - b).map(Math.round);
  const [shortest, median, longest] = [
    ordered[0],
    ordered[Math.floor(ordered.length / 2)],
    ordered.at(-1),
  ];
  return `${times.length} done, ${shortest} / ${median} / ${longest} ms (shortest, median, longest)`;
}

/**
 * One line for each thing that is known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const text = writeDiagnostics({
 *   engine: "WASM",
 *   cores: 2,
 *   isolated: false,
 *   sliceMilliseconds: [40, 10.2, 30],
 *   browser: "Chromium",
 * });
 * assert.ok(text.includes("Slices: 3 done, 10 / 30 / 40 ms"));
 * ```
 */
export function writeDiagnostics(known: Diagnostics): string {
  const { model, engine, adapter, cores, isolated, startMilliseconds, shape, channels } = known;
  const lines = {
    Model: model ? `${model.name} ${model.version}` : unknown,
    Engine: engine || unknown,
    GPU: adapter ?? "none",
    Cores: `${cores}`,
    Threads: isolated ? "allowed" : "not allowed by this host",
    Start: startMilliseconds === undefined ? unknown : `${Math.round(startMilliseconds)} ms`,
    Slices: timesOf(known.sliceMilliseconds),
    Scan: shape ? `${shape.join("x")}, channels: ${channels}` : "none",
    Browser: known.browser,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
  return ["Gliomap page", ...text, ""].join("\n");
}
