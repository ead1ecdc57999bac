/**
 * The options of every command that can leave its patients to a queue.
 *
 * @module
 */
import { Option } from "commander";
import { numberParser } from "../terminal/command_line.ts";

/** `--queue`, `--shared` and `--patience`. */
export const queueOptions: readonly Option[] = [
  new Option(
    "--queue <url>",
    "nats://HOST[:PORT]: let workers do it (deno task worker --queue URL)",
  ),
  new Option("--shared", "workers see the same folders by the same paths: nothing is copied"),
  new Option(
    "--patience <seconds>",
    "how long a worker may say nothing before another gets its patient (default: 30)",
  ).argParser(numberParser("--patience", { minimum: 2 })),
];
