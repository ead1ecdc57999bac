/**
 * `deno task token`: a new token, and its entry for the file that `deno task edge --tokens` reads.
 *
 * @module
 */

import { Command } from "commander";
import { createToken } from "./tokens.ts";

const { name } = new Command("deno task token")
  .description(
    "Prints a new token, which is shown this once, and its entry for the file of --tokens.",
  )
  .requiredOption("--name <text>", "who will hold it")
  .parse(Deno.args, { from: "user" })
  .opts<{ name: string }>();
const { token, sha256 } = createToken();
console.log(`token, for ${name}: ${token}`);
console.log(`entry: ${JSON.stringify({ name, sha256, perMinute: 600, perDay: 100_000 })}`);
