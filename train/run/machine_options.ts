/**
 * What a command asks of the machine it runs on, whatever it trains.
 *
 * @module
 */
import type { Command } from "commander";
import { type BackendChoice, backendChoices } from "../engine/backend.ts";
import { choiceParser, numberParser } from "../terminal/command_line.ts";

/**
 * What the machine is asked for; it changes nothing of what a run learns but, with another engine or compiled steps, the
 * last digits.
 */
export interface MachineOptions {
  /** Absent: the fastest that there is, or, of a run that goes on, the one it was on. */
  readonly backend?: BackendChoice;
  /** Whether XLA compiles steps. @default {false} */
  readonly compile?: boolean;
  /** Threads that make batches ahead of the engine. */
  readonly workers: number;
  /** Where decoded patients are kept. Absent: the user's cache folder; false: nowhere. */
  readonly cache?: string | false;
}

/**
 * A quarter of the processors, from 1 to 4: one keeps up with an engine on processors, which needs the others itself; a
 * fast GPU asks for batches sooner than one thread makes them, and has more processors beside it.
 */
const defaultWorkers = Math.min(Math.max(Math.floor(navigator.hardwareConcurrency / 4), 1), 4);

/** Those of a command's options that are for the machine. */
export function machineOf(
  { backend, compile, workers, cache }: MachineOptions,
): MachineOptions {
  return { backend, compile, workers, cache };
}

/** Adds the options of {@linkcode MachineOptions} to a command. */
export function addMachineOptions(command: Command): Command {
  return command
    .option(
      "--workers <n>",
      "threads that make batches ahead of the engine",
      numberParser("--workers", { integer: true, minimum: 0 }),
      defaultWorkers,
    )
    .option(
      "--cache <folder>",
      "where decoded patients are kept (default: the user's cache folder)",
    )
    .option("--no-cache", "keep none")
    .option(
      "--backend <name>",
      `engine: ${
        backendChoices.join(", ")
      } (default: auto, or, of a run that goes on, the one it was on)`,
      choiceParser("--backend", backendChoices),
    )
    .option(
      "--compile",
      "have XLA compile steps for TensorFlow: on a GPU they take little more than half the time; the first one, and the " +
        "first of each other size, takes 20 to 40 s",
    );
}
