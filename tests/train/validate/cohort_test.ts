/** A cohort is measured a few patients at a time, whatever becomes of one of them. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { findPatients } from "../../../train/data/dataset.ts";
import { validateCohort } from "../../../train/validate/cohort.ts";
import type { PatientAnswer } from "../../../train/validate/patient_workers.ts";
import { defaultWorkers, startWorker } from "../../../train/validate/patient_workers.ts";
import type { ModelTask } from "../../../train/validate/model_patient.ts";
import { patientWith } from "./example_patients.ts";

/** A task that only its name matters of. */
function taskOf(id: string): ModelTask {
  const files = { id, folder: "nowhere", slices: [] };
  return { kind: "model", id, model: "none", files, spacing: null, tolerance: 1, variants: false };
}

function answerOf(id: string): PatientAnswer {
  return {
    kind: "measured",
    result: { figures: patientWith(id, 3), bins: null, logits: null, variants: [] },
  };
}

Deno.test("validateCohort never has more patients open than workers, however many there are", async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `patient ${index}`);
  let open = 0, most = 0, started = 0, closed = 0, reported = 0;
  const { patients } = await validateCohort(ids.map(taskOf), {
    workers: 3,
    onPatient: () => reported++,
    startWorker() {
      started++;
      return {
        async do({ task: { id } }) {
          most = Math.max(most, ++open);
          // Later ones may be done before earlier ones.
          await setTimeout(id.length % 2);
          open--;
          return answerOf(id);
        },
        close: () => closed++,
      };
    },
  });
  assert.deepEqual([most, started, closed, reported], [3, 3, 3, 40]);
  assert.deepEqual(patients.map(({ figures }) => figures.id), ids, "in their order");
});

Deno.test("validateCohort keeps a sum of the logits and none of a patient's", async () => {
  const logits = { tumor: [1, 0], background: [0, 2] };
  const { patients, logits: sum } = await validateCohort(["a", "b", "c"].map(taskOf), {
    workers: 2,
    startWorker: () => ({
      do: ({ task: { id } }) => {
        const result = { figures: patientWith(id, 3), bins: null, logits, variants: [] };
        return Promise.resolve({ kind: "measured", result });
      },
      close() {},
    }),
  });
  assert.deepEqual(sum, { tumor: [3, 0], background: [0, 6] });
  for (const patient of patients) assert.ok(!("logits" in patient));
});

Deno.test("validateCohort names a patient that cannot be measured, and measures the others", async () => {
  const { patients, problems } = await validateCohort(["a", "b", "c"].map(taskOf), {
    workers: 2,
    startWorker: () => ({
      do: ({ task: { id } }) => {
        const failed: PatientAnswer = { kind: "failed", message: "it is broken" };
        return Promise.resolve(id === "b" ? failed : answerOf(id));
      },
      close() {},
    }),
  });
  assert.deepEqual(patients.map(({ figures }) => figures.id), ["a", "c"]);
  assert.deepEqual(problems, ["b: it is broken"]);
});

Deno.test("defaultWorkers are as many as cores, as far as memory goes", () => {
  const gigabyte = 2 ** 30;
  assert.equal(defaultWorkers(2, 64 * gigabyte), 2);
  assert.equal(defaultWorkers(8, 3.8 * gigabyte), 3);
  assert.equal(defaultWorkers(128, 999 * gigabyte), 16);
  assert.equal(defaultWorkers(4, gigabyte / 2), 1);
});

Deno.test("a patient's worker says what was wrong and measures the next patient all the same", async () => {
  const worker = startWorker();
  try {
    const failed = await worker.do({ kind: "measure", task: taskOf("a") });
    assert.equal(failed.kind, "failed");
    const [files] = await findPatients("train/sample");
    const model = "edge/models/preview";
    const few = { ...files, slices: files.slices.slice(8, 10) };
    const task = { ...taskOf(files.id), model, files: few };
    const answer = await worker.do({ kind: "measure", task });
    assert.ok(answer.kind === "measured", JSON.stringify(answer));
    assert.equal(answer.result.figures.slices, 2);
    const drawn = await worker.do({ kind: "draw", task });
    assert.ok(drawn.kind === "drawn", JSON.stringify(drawn));
    assert.equal(drawn.pictures.slices, 2);
  } finally {
    worker.close();
  }
});
