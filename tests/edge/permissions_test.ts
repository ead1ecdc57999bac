/** The server runs with the permissions that operations.md lists: each is needed, and no task has another. */

import assert from "node:assert/strict";
import { readBytes } from "./support/files.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";

const guide = new TextDecoder().decode(await readBytes("edge/operations.md"));

/** The permissions that the guide lists for a command. */
function listed(command: string): string[] {
  const row = guide.split("\n").find((line) => line.startsWith(`| \`${command}\` `));
  return [...row!.split("|")[2].matchAll(/`([^`]+)`/g)].map(([, permission]) => permission).sort();
}

const permissionsIn = (args: readonly string[]) =>
  args.filter((argument) => /^(--(allow|deny)-|-A$|-[RWNESI])/.test(argument)).sort();

for (const task of ["edge", "edge:native"]) {
  Deno.test(`deno task ${task} has the permissions that operations.md lists, and no other`, async () => {
    assert.deepEqual(permissionsIn(await argumentsOfTask(task)), listed(`deno task ${task}`));
  });
}

Deno.test("dist/edge.js is run everywhere with what operations.md lists and no more, on a host that is named", async () => {
  const expected = listed("dist/edge.js");
  assert.deepEqual(expected, ["--allow-read=dist"]);
  for (
    const path of [
      "edge/README.md",
      "edge/deploy/README.md",
      "edge/deploy/Containerfile",
      "edge/bundle.ts",
    ]
  ) {
    const text = new TextDecoder().decode(await readBytes(path));
    const commands = text.match(/deno"?,? "?serve.*dist\/edge\.js/g)!;
    for (const command of commands) {
      assert.deepEqual(command.match(/--allow-[^\s",]+/g), expected, `${path}: ${command}`);
      // Without it, others reach it: deno serve listens on 0.0.0.0.
      const [, host] = command.match(/--host"?,? "?([\d.]+)/) ?? [];
      assert.equal(host, path.startsWith("edge/deploy/") ? "0.0.0.0" : "127.0.0.1", command);
    }
  }
});

/** What happens to the page where a permission is taken away. */
async function statusWithout(permission: string): Promise<number | "ended"> {
  const args = (await argumentsOfTask("edge")).filter((argument) => argument !== permission);
  const options = ["--port", "0", "--engine", "wasm", "--log", "off"];
  try {
    await using server = await startServer([args[0], "--no-prompt", ...args.slice(1), ...options]);
    const response = await fetch(server.url);
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    assert.match(String(error), /The server ended before it listened/);
    return "ended";
  }
}

for (
  const [permission, without] of [
    ["none of them", 200],
    ["--allow-net", "ended"],
    ["--allow-read", "ended"],
    // esbuild, which builds the page, is a program and reads its settings from the environment.
    ["--allow-env", 500],
    ["--allow-run", 500],
  ] as const
) {
  Deno.test(`deno task edge without ${permission} answers its page with ${without}`, async () => {
    if (without !== 200) assert.ok(listed("deno task edge").includes(permission));
    assert.equal(await statusWithout(permission), without);
  });
}
