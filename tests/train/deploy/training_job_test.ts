/**
 * The Kubernetes job's script starts the command that there is, if there is anything to do. No cluster: a rank that it
 * cannot have ends it before.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { reportFiles } from "../../../train/report/report.ts";
import { runFiles } from "../../../train/run/run_folder.ts";
import { runStateOf } from "../../../train/run/run_state.ts";
import { stateFiles } from "../../../train/run/training_state.ts";
import { commandEnvironment, root, runCommand } from "../support/run_command.ts";
import { copySlices } from "../support/sample_copy.ts";
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
function valuesOf(key: RegExp, text = job): string[] {
  return [...text.matchAll(key)].map(([, value]) => value);
}

/** The file's object of a kind. */
function objectOf(kind: string): string {
  return job.split(/^---$/m).find((text) => new RegExp(`^kind: ${kind}$`, "m").test(text))!;
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

Deno.test("training_job.yaml gives each pod the number and the address that its script counts on", () => {
  const service = objectOf("Service"), pods = objectOf("Job");
  assert.deepEqual(valuesOf(/^ {2}completionMode: (\S+)/gm, pods), ["Indexed"]);
  // Names of pods, also of those that are not ready: a service with an address of its own would name itself alone.
  assert.deepEqual(valuesOf(/^ {2}clusterIP: (\S+)/gm, service), ["None"]);
  assert.deepEqual(valuesOf(/^ {2}publishNotReadyAddresses: (\S+)/gm, service), ["true"]);
  const [subdomain, ...more] = valuesOf(/^ {6}subdomain: (\S+)/gm, pods);
  assert.deepEqual(more, []);
  assert.deepEqual(valuesOf(/^ {2}name: (\S+)/gm, service), [subdomain]);
  const [name] = valuesOf(/^ {2}name: (\S+)/gm, pods);
  const selected = new Set(valuesOf(/^ +batch\.kubernetes\.io\/job-name: (\S+)/gm));
  assert.deepEqual([...selected], [name]);
  const ports = valuesOf(/^ {14}containerPort: (\d+)/gm, pods);
  const addresses = valuesOf(/^ +cluster="\S+,\}(\S+)"$/gm);
  assert.deepEqual(addresses, ports.map((port) => `${name}-$rank.${subdomain}:${port}`));
  assert.equal(addresses.length, 1);
});

/** Runs the container's script on a run, as the pod of rank 3 of three would. */
async function startPod(run: string) {
  const programs = `${run}-programs`;
  await mkdir(programs);
  await symlink(Deno.execPath(), join(programs, "deno"));
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
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
  await rm(programs, { recursive: true });
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test(
  "training_job.yaml starts a new run, or goes on with the one there, with an address for each pod",
  () =>
    withFolder(async (folder) => {
      const run = join(folder, "run");
      const start = async () => {
        const { code, stderr } = await startPod(run);
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^error: Cannot join the cluster as --rank must be from 0 to 2: .* 3$/m,
        );
        return stderr;
      };
      const addresses = "gliomap-0.gliomap:4000,gliomap-1.gliomap:4000,gliomap-2.gliomap:4000";
      const rest = `--cluster ${addresses} --rank 3 --start-seconds 900`;
      assert.ok((await start()).includes(`train.ts --data /data --out ${run} ${rest}\n`));
      await mkdir(run);
      await writeFile(join(run, runFiles.config), "{}");
      assert.ok((await start()).includes(`train.ts --resume ${run} ${rest}\n`));
      // Measured, but killed before the whole state was removed.
      await writeFile(join(run, reportFiles.evaluation), "{}");
      for (const file of Object.values(stateFiles)) {
        await writeFile(join(run, file), "");
        assert.equal(await runStateOf(run), "unfinished");
        assert.ok((await start()).includes(`train.ts --resume ${run} ${rest}\n`));
        await rm(join(run, file));
      }
    }),
);

Deno.test("training_job.yaml succeeds in a pod that starts when the run is finished, and leaves it alone", () =>
  withFolder(async (folder) => {
    const run = join(folder, "run"), data = join(folder, "data");
    await copySlices(data, "TCGA_CS_4943_20000902", [14, 15]);
    await copySlices(data, "TCGA_HT_7602_19951103", [9]);
    const trained = await runCommand(
      ...["train", "--data", data, "--out", run, "--epochs", "1", "--features", "4"] as const,
      ...["--depth", "2", "--downsampling", "4", "--no-cache"],
    );
    assert.equal(trained.code, 0, trained.stderr);
    assert.equal(await runStateOf(run), "finished");
    const files = await readdir(run);
    const { code, stdout, stderr } = await startPod(run);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `${run} is finished\n`);
    assert.deepEqual(await readdir(run), files);
  }));
