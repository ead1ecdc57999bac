/**
 * `deno task audit`: every dependency that is pinned, with its licence and age, and what is known against it.
 *
 * @module
 */

import { Command } from "commander";
import { messageOf } from "../../edge/message_of.ts";
import type { SourceAnswer } from "./dependency.ts";
import { type Answers, examine } from "./examine.ts";
import { lockedDependencies } from "./locked_dependencies.ts";
import { askNpm } from "./npm_registry.ts";
import { parsePolicy } from "./policy.ts";
import { askPython } from "./python_index.ts";
import { formatReport } from "./report.ts";

interface Options {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly policy: string;
}

/** The status where something is refused, as that of a gate that is not passed. */
const refusedStatus = 2;

const nobodyAsked: SourceAnswer = {
  published: new Map(),
  notLearned: ["advisories: nobody was asked (--offline)"],
};

async function audit({ json, offline, policy }: Options): Promise<number> {
  const rules = parsePolicy(await Deno.readTextFile(policy));
  const dependencies = await lockedDependencies();
  const { npm = [], python = [] } = Object.groupBy(dependencies, ({ source }) => source);
  const answers: Answers = offline
    ? { npm: nobodyAsked, python: { ...nobodyAsked, notLearned: [] } }
    : { npm: await askNpm(npm), python: await askPython(python) };
  const report = examine(dependencies, answers, rules, Date.now());
  console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
  return report.refused.length > 0 ? refusedStatus : 0;
}

await new Command("deno task audit")
  .description(
    "Lists every pinned dependency with licence, age and known advisories. Ends with 2 where a licence is not " +
      "allowed, an advisory is of high severity or worse, or a version was published anew; tests/audit/policy.json " +
      "says what is allowed. What the registries do not tell is named, and taken for neither good nor bad.",
  )
  .option("--json", "the same for programs")
  .option("--offline", "ask nobody: licences of what is installed, and no ages")
  .option("--policy <file>", "what is allowed", "tests/audit/policy.json")
  .action(async (options: Options) => {
    try {
      Deno.exitCode = await audit(options);
    } catch (error) {
      console.error(`error: ${messageOf(error)}`);
      Deno.exitCode = 1;
    }
  })
  .parseAsync();
