/**
 * `deno task fuzz`: mutated real files to every decoder and to the endpoints of the real server.
 *
 * @module
 */

import { Command } from "commander";
import { parseNumber } from "../../shared/argument.ts";
import { startEdge } from "../edge/support/running_server.ts";
import { type Finding, run } from "./run.ts";
import { readSeeds } from "./seeds.ts";
import { watchForHangs } from "./watch.ts";

/** Milliseconds that one input may take. */
const patience = 2000;

/** Milliseconds after which a decoder is taken for one that never comes back, and the run ends. */
const patienceWithHangs = 180_000;

/** Megabytes that the server may hold above its idle level. */
const maxGrowth = 150;

const corpus = new URL("corpus/", import.meta.url);

interface Options {
  readonly inputs: number;
  readonly minutes?: number;
  readonly seed: number;
}

function nameOf({ seed, input }: Pick<Finding, "seed" | "input">, run: number): string {
  return `${seed.kind}-${run}-${input}`;
}

function keep({ seed, input, fault, bytes }: Finding, run: number): void {
  const name = nameOf({ seed, input }, run);
  console.log(`${name} (${seed.name}): ${fault}`);
  Deno.writeFileSync(new URL(name, corpus), bytes);
}

async function fuzz({ inputs, minutes, seed }: Options): Promise<boolean> {
  await using server = await startEdge();
  using watch = watchForHangs(corpus, patienceWithHangs);
  const end = minutes === undefined ? Infinity : performance.now() + 60_000 * minutes;
  const limit = minutes === undefined ? inputs : Infinity;
  const result = await run({
    seeds: await readSeeds(),
    seed,
    server,
    patience,
    goesOn(input) {
      if (input > 0 && input % 5000 === 0) console.log(`${input} inputs`);
      return input < limit && performance.now() < end;
    },
    onInput: (input) => watch.begin(nameOf(input, seed), input.bytes),
    onFinding: (finding) => keep(finding, seed),
  });
  const { findings, statuses, slowest, idle, growth } = result;
  console.log(`seed ${seed}: ${result.inputs} inputs, ${findings.length} findings`);
  console.log(
    `answers by status: ${JSON.stringify(statuses)}; the slowest took ${slowest.toFixed(0)} ms`,
  );
  console.log(
    `the server held ${idle.toFixed(0)} MB when idle, and at most ${growth.toFixed(0)} MB more`,
  );
  return findings.length === 0 && growth <= maxGrowth;
}

const whole = (name: string) => (text: string) =>
  parseNumber(name, text, { integer: true, minimum: 1 });

await new Command("deno task fuzz")
  .description(
    "Feeds mutated files to every decoder and endpoint; what fails is kept in tests/fuzz/corpus.",
  )
  .option("--inputs <number>", "how many files", whole("--inputs"), 10_000)
  .option(
    "--minutes <number>",
    "how long, instead",
    (text) => parseNumber("--minutes", text, { above: 0 }),
  )
  .option("--seed <number>", "what the random choices start from", whole("--seed"), 1)
  .action(async (options: Options) => Deno.exit(await fuzz(options) ? 0 : 1))
  .parseAsync();
