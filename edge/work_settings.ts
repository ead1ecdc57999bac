/**
 * How much a server does at once and how long that may take: the options of `deno task edge`, and the variables of a
 * function, that say so.
 *
 * @module
 */

import type { Command } from "commander";
import { type NumberLimits, parseChoice, parseNumber } from "../shared/argument.ts";
import { readVariable, variableOf } from "./environment.ts";
import { type LogFormat, logFormats } from "./observe/log.ts";
import { defaultWorkers } from "./service.ts";

/** The settings; times are in milliseconds. */
export interface WorkSettings {
  /** Slices segmented at once. */
  readonly workers: number;
  /** Slices that may wait. */
  readonly queue: number;
  /** What one slice may take. */
  readonly timeLimit: number;
  /** What requests may take to end once the server was told to. */
  readonly drain: number;
  readonly log: LogFormat;
}

/** The names of {@linkcode WorkSettings}, with their text. */
export type WorkArguments = Readonly<Record<keyof WorkSettings, string>>;

interface Option {
  readonly flag: string;
  readonly unit: string;
  readonly text: string;
  readonly default: string;
}

const options: Readonly<Record<keyof WorkSettings, Option>> = {
  workers: {
    flag: "--workers",
    unit: "number",
    text: "slices segmented at once",
    default: `${defaultWorkers()}`,
  },
  queue: {
    flag: "--queue",
    unit: "number",
    text: "slices that may wait; beyond it the answer is 429",
    default: "32",
  },
  timeLimit: {
    flag: "--time-limit",
    unit: "seconds",
    text: "what one slice may take; beyond it the answer is 504",
    default: "30",
  },
  drain: {
    flag: "--drain",
    unit: "seconds",
    text: "what requests may take to end after SIGTERM or SIGINT",
    default: "20",
  },
  log: {
    flag: "--log",
    unit: "format",
    text: `requests on standard error: ${logFormats.join(", ")}`,
    default: "text",
  },
};

const names = Object.keys(options) as (keyof WorkSettings)[];

/** Adds the options to a command. */
export function addWorkOptions(command: Command): Command {
  for (const name of names) {
    const { flag, unit, text, default: value } = options[name];
    command.option(`${flag} <${unit}>`, text, value);
  }
  return command;
}

/**
 * The settings that a command's options ask for.
 *
 * @param nameOf What an option is called where somebody typed it. @default as it is
 * @throws {TypeError | RangeError} when one is not what it must be.
 */
export function readWorkSettings(
  values: WorkArguments,
  nameOf: (flag: string) => string = (flag) => flag,
): WorkSettings {
  const number = (name: keyof WorkSettings, limits: NumberLimits) =>
    parseNumber(nameOf(options[name].flag), values[name], limits);
  return {
    workers: number("workers", { integer: true, minimum: 1, maximum: 256 }),
    queue: number("queue", { integer: true, minimum: 0 }),
    timeLimit: 1000 * number("timeLimit", { above: 0, maximum: 3600 }),
    drain: 1000 * number("drain", { minimum: 0, maximum: 3600 }),
    log: parseChoice(nameOf(options.log.flag), values.log, logFormats),
  };
}

/**
 * The settings that the environment asks for.
 *
 * @param defaults What is otherwise than on the command line where nothing is said.
 * @throws {TypeError | RangeError} when one is not what it must be.
 */
export function readWorkEnvironment(defaults: Partial<WorkArguments>): WorkSettings {
  const entries = names.map((name) => {
    const { flag, default: value } = options[name];
    return [name, readVariable(flag) ?? defaults[name] ?? value];
  });
  return readWorkSettings(Object.fromEntries(entries), variableOf);
}
