/** The page of runs: one file that needs no other, and says what may not be compared. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runFiles } from "../../../train/run/run_folder.ts";
import { whileLocked } from "../../../train/run/run_lock.ts";
import { makeRun, metricsOf } from "../support/example_run.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

Deno.test("runs writes a page that links to the reports and holds every figure", async () => {
  await withFolder(async (folder) => {
    const runs = join(folder, "runs");
    await makeRun(join(runs, "deep </script> & wide"), { settings: { depth: 5 } });
    await writeFile(join(runs, "deep <", "script> & wide", "evaluation.json"), "{}");
    await makeRun(join(runs, "new"), { metrics: { epochs: [], bestEpoch: 0 } });
    await makeRun(join(runs, "undefined dice"), { metrics: metricsOf([null, null]) });
    const { code, stdout, stderr } = await runCommand("runs", "--runs", runs);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /index\.html: 3 runs/);
    const html = await readFile(join(runs, "index.html"), "utf8");

    assert.doesNotMatch(html, /<link|@import|url\(|<script[^>]* src=/);
    assert.equal(html.match(/<\/script>/g)?.length, 2);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
    assert.deepEqual(links, ["deep%20%3C/script%3E%20%26%20wide/report.html"]);
    assert.match(html, /not for clinical use/);
    assert.match(html, /0\.400[\s\S]*3 of 3[\s\S]*0\.7000[\s\S]*3 min[\s\S]*finished/);
    assert.match(html, /0 of 3/);
    assert.match(html, /<th>depth<td data-column="0" class="odd">5/);
    assert.doesNotMatch(html, /NaN|undefined<|\[object/);
    assert.doesNotMatch(html, /Not all runs were measured/);
  });
});

Deno.test("runs warns of runs on other patients or with other losses, and of what it cannot read", async () => {
  await withFolder(async (folder) => {
    await makeRun(join(folder, "a"));
    await makeRun(join(folder, "b"), { validation: ["x"], settings: { loss: "dice+ce" } });
    await makeRun(join(folder, "torn"));
    await writeFile(join(folder, "torn/metrics.json"), "{");
    const out = join(folder, "pages/all.html");
    const { code, stderr } = await runCommand("runs", "--runs", folder, "--out", out);
    assert.equal(code, 0);
    assert.match(stderr, /warning: Cannot use the run .*torn as metrics\.json must be readable/);
    const html = await readFile(out, "utf8");
    assert.match(html, /Not all runs were measured on the same patients/);
    assert.match(html, /Training losses of different kinds \(dice, dice\+ce\) do not compare/);
    assert.match(html, /torn as metrics\.json must be readable/);
  });
});

Deno.test("runs tells runs that are under way from those that stopped", async () => {
  await withFolder(async (folder) => {
    await makeRun(join(folder, "killed"));
    await makeRun(join(folder, "left"));
    await makeRun(join(folder, "trained"));
    // A process that was killed leaves the lock's file behind.
    await writeFile(join(folder, "killed", runFiles.lock), "process 1 on node0");
    const states = async () => {
      const { code, stderr } = await runCommand("runs", "--runs", folder);
      assert.equal(code, 0, stderr);
      const html = await readFile(join(folder, "index.html"), "utf8");
      return [...html.matchAll(/<\/label>(\w+)[^]*?<td class="text">([\w ]+?)\s*</g)]
        .map(([, name, state]) => `${name} ${state}`).sort();
    };
    const during = await whileLocked(join(folder, "trained"), assert.fail, states);
    assert.deepEqual(during, ["killed stopped", "left stopped", "trained under way"]);
    assert.deepEqual(await states(), ["killed stopped", "left stopped", "trained stopped"]);
    // Looking kept nobody from training.
    for (const run of ["killed", "left", "trained"]) {
      await whileLocked(join(folder, run), assert.fail, () => Promise.resolve());
    }
  });
});

Deno.test("runs writes a page for a folder without runs, and refuses one that is not there", async () => {
  await withFolder(async (folder) => {
    await mkdir(join(folder, "runs"));
    const { code } = await runCommand("runs", "--runs", join(folder, "runs"));
    assert.equal(code, 0);
    assert.match(await readFile(join(folder, "runs/index.html"), "utf8"), /No runs/);
    const missing = await runCommand("runs", "--runs", join(folder, "missing"));
    assert.equal(missing.code, 1);
    assert.match(
      missing.stderr,
      /^error: Cannot look for runs in .*missing as it must be a folder/,
    );
  });
});
