/** Processes of a cluster that do not read the same images and masks say so before the first step. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Patient } from "../../../train/data/dataset.ts";
import { someOf, writeSlices } from "../support/resized.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { freeCluster, killAll, startTraining } from "./processes.ts";

const small = "--depth 2 --features 2 --downsampling 8 --crop 0 --no-cache --epochs 1".split(" ");

/** With another value in one pixel. */
function repainted(patient: Patient): Patient {
  const data = patient.volume.data.slice();
  data[100_000] ^= 1;
  return { ...patient, volume: { ...patient.volume, data } };
}

Deno.test("train --cluster names processes and all patients whose pixels differ, and leaves no run", () =>
  withFolder(async (folder) => {
    const [alike, changed, lacked] = await Promise.all([
      someOf("TCGA_CS_4943_20000902", [14, 15]),
      someOf("TCGA_HT_7602_19951103", [8, 9]),
      someOf("TCGA_DU_5855_19951217", [12, 13]),
    ]);
    const data = [join(folder, "data0"), join(folder, "data1")], run = join(folder, "run");
    for (const patient of [alike, changed, lacked]) await writeSlices(data[0], patient);
    for (const patient of [alike, repainted(changed)]) await writeSlices(data[1], patient);
    const cluster = freeCluster(2), [first, second] = cluster.split(",");
    const processes = data.map((place, rank) =>
      startTraining(cluster, rank, ["--data", place, "--out", run, ...small])
    );
    try {
      for (const { ending } of processes) {
        const { code, stderr } = await ending;
        assert.equal(code, 1, stderr);
        const differ = `${lacked.id} (which one of them lacks), ${changed.id}`;
        const expected =
          "Cannot train together as every process must have the same images and masks: " +
          `rank 0 (${first}) and rank 1 (${second}) differ in ${differ}; ` +
          "give --data the same folder, or whole copies of it, on all of them";
        assert.ok(stderr.includes(`error: ${expected}\n`), stderr);
      }
    } finally {
      await killAll(processes);
    }
    await assert.rejects(readdir(run), { code: "ENOENT" });
  }));
