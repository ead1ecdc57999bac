/** What the edge's guides name is there: tasks, options, variables. `deploy/dashboard_test.ts` does so for metrics. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { variableOf } from "../../edge/environment.ts";
import { readBytes, root } from "./support/files.ts";

const decoder = new TextDecoder();
const read = async (path: string) => decoder.decode(await readBytes(path));

const operations = await read("edge/operations.md"), readme = await read("edge/README.md");
const guides = [operations, readme, await read("edge/deploy/README.md")].join("\n");
const { tasks } = JSON.parse(await read("deno.json")) as { tasks: Record<string, string> };

/** The options that a task lists. */
async function optionsOf(task: string): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", task, "--help"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  return new Set(decoder.decode(stdout).match(/^ +(?:-\w, )?--[\w-]+/gm)?.map((it) => it.trim()));
}

const edge = await optionsOf("edge");

Deno.test("the guides of the edge name tasks that there are", () => {
  const named = [...guides.matchAll(/deno task ([a-z][\w:]*)/g)].map(([, task]) => task);
  assert.ok(named.length > 10);
  assert.deepEqual(named.filter((task) => !(task in tasks)), []);
});

Deno.test("the guides of the edge name options that their tasks have, or Deno", async () => {
  const named = new Set([...guides.matchAll(/`(--[a-z][\w-]*)/g)].map(([, option]) => option));
  const known = new Set([...edge, ...await optionsOf("soak"), ...await optionsOf("audit")]);
  const own = [...named].filter((name) => !/^--(allow-|unstable-|v8-flags)/.test(name));
  assert.ok(own.length > 20);
  assert.deepEqual(own.filter((name) => !known.has(name)), []);
});

Deno.test("the guides of the edge name each of its options", () => {
  const left = [...edge].filter((option) => !new RegExp(`${option}(?![\\w-])`).test(guides));
  assert.deepEqual(left.sort(), ["-h, --help"]);
});

Deno.test("operations.md names variables that say what options do, and all that have no table", () => {
  const variables = new Set(operations.match(/GLIOMAP_[A-Z_]+/g));
  const known = new Set([...edge].map(variableOf)).add("GLIOMAP_KV");
  assert.deepEqual([...variables].filter((name) => !known.has(name)), []);
  const flags = "tokens per-minute trusted-proxies origins workers queue time-limit drain log";
  for (const flag of flags.split(" ")) {
    assert.ok(variables.has(variableOf(`--${flag}`)), flag);
  }
});

Deno.test("README.md gives the limits that the server has", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "edge", "--help"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  const help = decoder.decode(stdout).replace(/\s+/g, " ");
  const units: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
  const rows = [...readme.matchAll(/^\| `(--[\w-]+)` +\|[^|]*\| ([^|]*?) *\|/gm)];
  assert.ok(rows.length > 10);
  for (const [, flag, text] of rows) {
    const value = Number(new RegExp(`${flag} <[^(]*\\(default: "(\\d+)"`).exec(help)![1]);
    const [, number, unit] = /^(\d+) ?(\w+)?$/.exec(text) ?? [];
    const [base, power] = text.split(/[x^]/).map(Number);
    const listed = text.includes("^")
      ? base ** power
      : text.includes("x")
      ? base * power
      : Number(number) * (units[unit] ?? 1);
    assert.equal(listed, value, `${flag}: ${text}`);
  }
});
