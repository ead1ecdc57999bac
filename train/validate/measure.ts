/**
 * A cohort measured and drawn on all cores, with a progress bar on the terminal.
 *
 * @module
 */
import { startProgress } from "../terminal/progress.ts";
import { validateCohort } from "./cohort.ts";
import type { CohortTasks } from "./cohort_tasks.ts";
import type { PatientPictures } from "./patient_pictures.ts";
import { doJobs, type JobOptions } from "./patient_workers.ts";
import { worstPatients } from "./report/worst_cases.ts";
import { summarizeValidation, type Validation } from "./validation.ts";

/** Measures every patient and sums them up. */
export async function measureCohort(
  { tasks, unmatched }: CohortTasks,
  jobs: JobOptions,
): Promise<Validation> {
  const progress = startProgress("Validating", tasks.length, { unit: "patients" });
  let done = 0;
  const onPatient = () => progress.update(++done);
  jobs.watch?.(progress, () => done);
  const cohort = await validateCohort(tasks, { ...jobs, onPatient })
    .finally(() => progress.stop());
  return summarizeValidation(cohort, unmatched);
}

/** Draws the patients with the lowest Dice, the worst first. They are read once more: nothing of them was kept. */
export async function drawWorst(
  { tasks }: CohortTasks,
  { patients }: Validation,
  count: number,
  jobs: JobOptions,
): Promise<PatientPictures[]> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const worst = worstPatients(patients, count).map(({ id }) => byId.get(id)!);
  const drawn: PatientPictures[] = [];
  const progress = startProgress("Drawing", worst.length, { unit: "patients" });
  let done = 0;
  jobs.watch?.(progress, () => done);
  await doJobs(worst.map((task) => ({ kind: "draw", task })), (answer, place) => {
    if (answer.kind === "failed") throw new Error(`${worst[place].id}: ${answer.message}`);
    if (answer.kind === "drawn") drawn[place] = answer.pictures;
    progress.update(++done);
  }, jobs).finally(() => progress.stop());
  return drawn;
}
