/**
 * Steps of programs that are timed in turns, each of ours beside PyTorch's, and what is said of them.
 *
 * @module
 */
import { barLine } from "./bar.ts";
import { ratioLines, stepBars } from "./train_bars.ts";

/** A program that does one step at a time and keeps the seconds of those that count. */
export interface Stepper {
  readonly name: string;
  /** The seconds of one more step. */
  step(): Promise<number>;
  /** Counts a step's seconds. */
  record(seconds: number): void;
  /** The median of the seconds that count. */
  median(): number;
  /** The least of them. */
  minimum(): number;
}

/** Two programs that do the same step. */
export interface Pair<Program extends Stepper> {
  readonly precision: "fp32" | "bf16";
  readonly ours: Program;
  readonly theirs: Program;
}

/** How many steps each program does, and how many of them in a row. */
export interface Turns {
  /** Counted ones. */
  readonly steps: number;
  /** Those before, which are not counted. */
  readonly warmUp: number;
  readonly turn: number;
}

/** What is known of the programs besides, and asked of them. */
export interface Judgement<Program extends Stepper> {
  /** The most megabytes that a program has held; NaN where it is not known. Asked after all steps. */
  readonly megabytes: (program: Program) => number;
  /** Where steps are held to bars. @default nowhere */
  readonly heldOn?: "cpu" | "cuda";
}

/** What is printed. */
export interface Comparison {
  /** A row for each program, by its name. */
  readonly table: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The ratios of each pair, and the bars it is held to. */
  readonly lines: readonly string[];
}

async function takeTurns(
  programs: readonly Stepper[],
  { steps, warmUp, turn }: Turns,
): Promise<void> {
  for (const program of programs) {
    for (let step = 0; step < warmUp; step++) await program.step();
  }
  for (let taken = 0; taken < steps; taken += turn) {
    for (const program of programs) {
      for (let step = taken; step < Math.min(taken + turn, steps); step++) {
        program.record(await program.step());
      }
    }
  }
}

function rowOf(program: Stepper, megabytes: number) {
  return {
    "minimum (s)": Number(program.minimum().toPrecision(3)),
    "median (s)": Number(program.median().toPrecision(3)),
    "peak memory (MB)": Math.round(megabytes),
  };
}

/** Times all programs, our first one first, so that a machine that slows down slows all of them. */
export async function compareSteps<Program extends Stepper>(
  pairs: readonly Pair<Program>[],
  turns: Turns,
  { megabytes, heldOn }: Judgement<Program>,
): Promise<Comparison> {
  const programs = pairs.flatMap(({ ours, theirs }) => [ours, theirs]);
  await takeTurns(programs, turns);
  const memory = new Map(programs.map((program) => [program, megabytes(program)]));
  const rows = programs.map((program) => [program.name, rowOf(program, memory.get(program)!)]);
  const lines = pairs.flatMap(({ precision, ours, theirs }) => {
    const ratios = {
      time: ours.median() / theirs.median(),
      minimum: ours.minimum() / theirs.minimum(),
      memory: memory.get(ours)! / memory.get(theirs)!,
    };
    const bars = heldOn ? stepBars(heldOn, precision, ratios) : [];
    return [...ratioLines(precision, ratios), ...bars.map(barLine)];
  });
  return { table: Object.fromEntries(rows), lines };
}
