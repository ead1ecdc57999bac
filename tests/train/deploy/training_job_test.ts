/** The Kubernetes job's script starts the command that there is. No cluster: a rank that it cannot have ends it before. */
import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { commandEnvironment, root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const job = await readFile(join(root, "train/deploy/training_job.yaml"), "utf8");

/** The lines of the block that stands indented under a line. */
function blockUnder(line: RegExp): string {
  const lines = job.split("\n"), start = lines.findIndex((text) => line.test(text)) + 1;
  const indent = /^ */.exec(lines[start])![0];
  const end = lines.findIndex((text, index) => index > start && !text.startsWith(indent));
  return lines.slice(start, end).map((text) => text.slice(indent.length)).join("\n");
}

/** What a key has for values, in all places. */
function valuesOf(key: RegExp): string[] {
  return [...job.matchAll(key)].map(([, value]) => value);
}

Deno.test("training_job.yaml has the number of processes the same in all three places", () => {
  const counts = [
    ...valuesOf(/^ {2}completions: (\d+)/gm),
    ...valuesOf(/^ {2}parallelism: (\d+)/gm),
    ...valuesOf(/name: PROCESSES\n +value: "(\d+)"/g),
  ];
  assert.equal(counts.length, 3);
  assert.equal(new Set(counts).size, 1);
});

Deno.test(
  "training_job.yaml starts a new run, or goes on with the one there, with an address for each pod",
  () =>
    withFolder(async (folder) => {
      const run = join(folder, "run"), programs = join(folder, "programs");
      await mkdir(programs);
      await symlink(Deno.execPath(), join(programs, "deno"));
      const start = async () => {
        const { code, stderr } = await new Deno.Command("/bin/sh", {
          args: ["-xeuc", blockUnder(/^ +- \|$/)],
          cwd: root,
          env: {
            ...commandEnvironment,
            PATH: programs + delimiter + Deno.env.get("PATH"),
            PROCESSES: "3",
            RUN: run,
            JOB_COMPLETION_INDEX: "3",
          },
        }).output();
        assert.equal(code, 1);
        const said = new TextDecoder().decode(stderr);
        assert.match(said, /^error: Cannot join the cluster as --rank must be from 0 to 2: .* 3$/m);
        return said;
      };
      const addresses = "gliomap-0.gliomap:4000,gliomap-1.gliomap:4000,gliomap-2.gliomap:4000";
      const rest = `--cluster ${addresses} --rank 3 --start-seconds 900`;
      assert.ok((await start()).includes(`train.ts --data /data --out ${run} ${rest}\n`));
      await mkdir(run);
      await writeFile(join(run, "config.json"), "{}");
      assert.ok((await start()).includes(`train.ts --resume ${run} ${rest}\n`));
    }),
);
