/** What the edge's guides name is there: tasks, options, variables, files, statuses. `deploy/dashboard_test.ts` does so for metrics. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { variableOf } from "../../edge/environment.ts";
import { readBytes, root } from "./support/files.ts";
import { createTestApp } from "./support/test_app.ts";

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

interface Described {
  readonly paths: Record<
    string,
    Record<string, {
      readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
    }>
  >;
}

/** What each route answers with, by status, as /openapi.json says. */
async function describedResponses() {
  const { paths } = await (await createTestApp().request("/openapi.json")).json() as Described;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map(({ responses }) => ({ path, responses }))
  );
}

Deno.test("README.md lists every status that a route answers with, and that come before any route", async () => {
  const described = (await describedResponses()).flatMap(({ responses }) => Object.keys(responses));
  const expected = new Set([...described.filter((status) => status >= "400"), "401", "405"]);
  const listed = [...readme.matchAll(/^\| (\d{3}) +\|/gm)].map(([, status]) => status);
  assert.deepEqual(listed, [...expected].sort());
});

Deno.test("README.md names every type that a patient is answered with", async () => {
  const { responses } = (await describedResponses()).find(({ path }) => path === "/v1/volumes")!;
  const types = Object.keys(responses["200"].content!);
  assert.ok(types.length > 5);
  for (const type of types) assert.ok(readme.includes(`\`${type}\``), type);
});

Deno.test("README.md says what is where: files and folders that there are, and every folder", async () => {
  const [, table] = readme.split("## What is where\n");
  const listed = [...table.matchAll(/^\|([^|]+)\|/gm)]
    .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path));
  assert.ok(listed.length > 30);
  for (const path of listed) {
    await Deno.stat(new URL(`edge/${path.replace("NAME", "preview")}`, root));
  }
  for (const parent of ["", "web/"]) {
    for await (const { name, isDirectory } of Deno.readDir(new URL(`edge/${parent}`, root))) {
      const folder = `${parent}${name}/`;
      if (isDirectory) assert.ok(listed.some((path) => path.startsWith(folder)), folder);
    }
  }
});
