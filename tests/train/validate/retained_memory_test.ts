/** Of a measured patient nothing but numbers stays in memory, so that a cohort of any size takes that of a few patients. */
import assert from "node:assert/strict";
import { root } from "../support/run_command.ts";

/** A slice of the sample takes 65,536 bytes as a mask alone; figures, with bins and names, some ten thousand a patient. */
const mostPerPatient = 60_000;

for (const kind of ["mask", "model"]) {
  Deno.test(`validateCohort holds no slice of a patient (${kind}) once it is measured`, async () => {
    const program = "tests/train/validate/retained_memory.ts";
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--v8-flags=--expose-gc", program, kind],
      cwd: root,
    }).output();
    const decoder = new TextDecoder();
    assert.ok(stdout.length > 0, decoder.decode(stderr));
    const { perPatient } = JSON.parse(decoder.decode(stdout));
    assert.ok(perPatient < mostPerPatient, `${perPatient} bytes a patient`);
  });
}
