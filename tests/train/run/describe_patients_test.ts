/** Data that can teach nothing is named before the first step; training goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Sequence } from "../../../shared/sequence.ts";
import type { PreparedPatient } from "../../../train/data/prepared_patient.ts";
import { describePatients } from "../../../train/run/describe_patients.ts";
import { excerpt, preparedSample } from "../data/patients.ts";
import { resized, someOf, writeSlices } from "../support/resized.ts";
import { runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** Two slices of a real patient, with tumor. */
const real = { ...excerpt(await preparedSample(0), 16, 2), id: "real" };

/** The patient without tumor. */
function emptied(patient: PreparedPatient, id = "empty"): PreparedPatient {
  const { mask: { data, shape } } = patient;
  return { ...patient, id, mask: { data: new Uint8Array(data.length), shape } };
}

/** The patient with one value in each channel, or in some of them, but for those in `rest`. */
function blackened(patient: PreparedPatient, values: (number | undefined)[], id = "black") {
  const { volume } = patient, { channels } = volume;
  const data = (volume.data as Uint8Array).map((value, index) => values[index % channels] ?? value);
  return { ...patient, id, volume: { ...volume, data } };
}

function warnings(training: PreparedPatient[], validation: PreparedPatient[] = []): string[] {
  return describePatients({ training, validation }).slice(1);
}

Deno.test("describePatients counts patients and slices, and warns of nothing where there is something", () => {
  assert.deepEqual(describePatients({ training: [real], validation: [real, real] }), [
    "1 patient (2 slices) to learn from, 2 patients (4 slices) to measure on",
  ]);
  // One slice that teaches something is enough.
  const { mask, volume } = real, half = mask.data.slice();
  half.fill(0, half.length / 2);
  const pixels = (volume.data as Uint8Array).slice();
  pixels.fill(0, pixels.length / 2);
  const partly = { ...real, mask: { ...mask, data: half }, volume: { ...volume, data: pixels } };
  assert.deepEqual(warnings([partly], [partly]), []);
  assert.deepEqual(warnings([real], []), []);
});

Deno.test("describePatients warns of patients with only empty masks, and says what it means where all are so", () => {
  assert.deepEqual(warnings([emptied(real)]), [
    "Warning: the only patient to learn from has only empty masks (2 slices), so the network learns to outline nothing: " +
    "empty",
  ]);
  const many = [1, 2, 3, 4, 5, 6, 7].map((place) => emptied(real, `p${place}`));
  assert.deepEqual(warnings(many), [
    "Warning: all 7 patients to learn from have only empty masks (14 slices), so the network learns to outline nothing: " +
    "p1, p2, p3, p4, p5 and 2 more",
  ]);
  assert.deepEqual(warnings([real, emptied(real), real]), [
    "Warning: 1 of 3 patients to learn from has only empty masks (2 slices): empty",
  ]);
  assert.deepEqual(warnings([real], many.slice(0, 2)), [
    "Warning: all 2 patients to measure on have only empty masks (4 slices), so their Dice is 0 or none: p1, p2",
  ]);
});

Deno.test("describePatients warns of patients with only black slices, in the sequences that the network takes", () => {
  const all = blackened(real, [0, 7, 255]);
  assert.deepEqual(warnings([all], [real, all]), [
    "Warning: the only patient to learn from has only black slices (2 slices), so nothing can be learned: black",
    "Warning: 1 of 2 patients to measure on has only black slices (2 slices): black",
  ]);
  // FLAIR is the second channel.
  const flair = blackened(real, [undefined, 0, undefined]),
    others = blackened(real, [0, undefined, 0]);
  const only = (patient: PreparedPatient, ...sequences: Sequence[]) => ({ ...patient, sequences });
  assert.deepEqual(warnings([flair, others, only(others, "FLAIR")]), []);
  assert.equal(warnings([only(flair, "FLAIR")]).length, 1);
});

Deno.test("describePatients warns of patients that lack slices between others, wherever their numbers start", async () => {
  const numbered = (id: string, ...sliceNumbers: number[]) => ({ ...real, id, sliceNumbers });
  const whole = [numbered("a", 17, 18, 19), numbered("b", 0, 2, 4), numbered("c", 9), real];
  assert.deepEqual(warnings(whole, whole), []);
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  assert.deepEqual((await preparedSample(0)).sliceNumbers, numbers);
  const cut = [numbered("d", 1, 2, 3, 4, 6, 7), numbered("e", 3, 5, 6, 10, 11)];
  const lack = "slices between others, by the numbers in the files' names:";
  assert.deepEqual(warnings([...whole, cut[0]], [cut[1]]), [
    `Warning: 2 of 6 patients lack ${lack} d (5), e (4, 7 to 9)`,
  ]);
  const torn = numbered("f", 1, 2, 4, 6, 8, 10, 12, 14, 16);
  assert.deepEqual(warnings([torn]), [
    `Warning: 1 of 1 patient lacks ${lack} f (3, 5, 7, 9, 11 and 2 more)`,
  ]);
});

Deno.test("train warns of masks that are all empty, and goes on", () =>
  withFolder(async (folder) => {
    const data = join(folder, "data");
    for (
      const [id, slices] of [["TCGA_CS_4943_20000902", [16, 17]], ["TCGA_HT_7602_19951103", [
        8,
      ]]] as const
    ) {
      const patient = resized(await someOf(id, [...slices]), 64, 64);
      const { shape, data: reference } = patient.mask;
      await writeSlices(data, {
        ...patient,
        mask: { shape, data: new Uint8Array(reference.length) },
      });
    }
    const { code, stdout, stderr } = await runCommand(
      ...["train", "--data", data, "--out", join(folder, "run"), "--recipe", "reference"] as const,
      ...["--epochs", "1", "--features", "2", "--depth", "2", "--backend", "wasm"],
      ...["--validation", "0.5", "--no-cache"],
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^Warning: the only patient to learn from has only empty masks \([12] slices?\), so /m,
    );
    assert.match(
      stdout,
      /^Warning: the only patient to measure on has only empty masks .* is 0 or none: TCGA_/m,
    );
    assert.match(stdout, /^epoch 1\/1 .*Dice /m);
    assert.doesNotMatch(stdout, /black/);
  }));
