/**
 * What the time of a request goes into: the one account of it, which the header `Server-Timing`, the JSON answer, the
 * log, the metrics and the traces all read.
 *
 * @module
 */

/** The stages, in the order in which they happen. */
export const stageNames = [
  /** From the bytes of the body to pixels. */
  "decode",
  /** For a worker that is free and has the model. */
  "wait",
  /** Picking the sequences, scaling and padding. */
  "preprocess",
  /** The network. */
  "infer",
  /** Cropping, threshold and clean-up. */
  "postprocess",
  /** From the mask to the bytes of the answer. */
  "encode",
] as const;

/** One of {@linkcode stageNames}. */
export type StageName = typeof stageNames[number];

/** A stage that is over. */
export interface Stage {
  readonly name: StageName;
  /** In milliseconds. */
  readonly duration: number;
  /** When it ended, as `performance.now()` tells it. */
  readonly end: number;
}

/** Milliseconds by stage. A volume has some of them once for each slice: their sum, however many run at once. */
export type StageDurations = Partial<Record<StageName, number>>;

/** The stages of one request. */
export interface Stages {
  readonly durations: Readonly<StageDurations>;
  /** Adds what took so many milliseconds and ended at `end`. @default now */
  add(name: StageName, duration: number, end?: number): void;
  /** Does some work and adds what it took, also where it fails. */
  time<Result>(name: StageName, work: () => Result | Promise<Result>): Promise<Result>;
}

/**
 * The stages of a request that begins.
 *
 * @param onStage Told of each stage as it ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const stages = createStages();
 * stages.add("infer", 20);
 * stages.add("infer", 22);
 * assert.equal(await stages.time("encode", () => "mask"), "mask");
 * assert.equal(stages.durations.infer, 42);
 * ```
 */
export function createStages(onStage: (stage: Stage) => void = () => {}): Stages {
  const durations: StageDurations = {};
  function add(name: StageName, duration: number, end = performance.now()): void {
    durations[name] = (durations[name] ?? 0) + duration;
    onStage({ name, duration, end });
  }
  return {
    durations,
    add,
    async time(name, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        add(name, performance.now() - start);
      }
    },
  };
}

/** The value of the header `Server-Timing`: the stages there were, in their order, and the whole. */
export function serverTiming(durations: Readonly<StageDurations>, total: number): string {
  const entries = stageNames.flatMap((name) => {
    const duration = durations[name];
    return duration === undefined ? [] : [`${name};dur=${duration.toFixed(1)}`];
  });
  return [...entries, `total;dur=${total.toFixed(1)}`].join(", ");
}
