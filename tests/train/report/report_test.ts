/** Reports: everything in one file, the figures those of the run, and pictures that are pictures. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage } from "../../../shared/image/decode.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import type { EvaluatedPatient } from "../../../train/evaluation/evaluate_model.ts";
import { evaluatePatient } from "../../../train/evaluation/evaluation.ts";
import { drawCurves } from "../../../train/report/curves.ts";
import { patientOverlay } from "../../../train/report/overlays.ts";
import { writeReport } from "../../../train/report/report.ts";
import type { TrainingSettings } from "../../../train/fit/training_settings.ts";
import { makeRun, metricsOf, patientId } from "../support/example_run.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

/** A patient of two slices whose prediction is the reference, moved one pixel to the right. */
async function evaluated(folder: string): Promise<EvaluatedPatient> {
  await copySlices(folder, patientId, [8, 9]);
  const patient = await readPatient((await findPatients(folder))[0]);
  const data = new Uint8Array(patient.mask.data.length);
  data.set(patient.mask.data.subarray(0, -1), 1);
  const prediction = { data, shape: patient.mask.shape };
  const evaluation = evaluatePatient(patient.id, prediction, patient.mask);
  return { patient, prediction, evaluation };
}

Deno.test("writeReport writes one file that needs no other, with every figure of the run", async () => {
  await withFolder(async (folder) => {
    const patient = await evaluated(join(folder, "data"));
    const run = await makeRun(join(folder, "my <run>"));
    const html = await readFile(await writeReport(run, [patient]), "utf8");

    const references = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) =>
      address
    );
    assert.ok(references.length > 0);
    for (const address of references) assert.match(address, /^data:image\/png;base64,/);
    assert.doesNotMatch(html, /<script|@import|url\(/);

    const figures = patient.evaluation;
    for (const figure of [figures.volumeDice, figures.iou, figures.precision]) {
      assert.ok(html.includes(figure!.toFixed(3)));
    }
    assert.ok(html.includes(String(figures.tumorPixels)));
    assert.match(
      html,
      /3 epochs, 1 patient to learn from, 1 to validate\. Result: epoch 2, the best by validation loss\./,
    );
    assert.match(html, /Measured on 1 validation patient of the run, not trained on/);
    assert.match(html, /not for clinical use/);
    assert.match(html, /schedule\s*<td>learning rate 0\.0001, times 0\.1 after epoch 30/);
    assert.ok(html.includes("plain &lt;JavaScript&gt;") && !html.includes("<JavaScript>"));
    assert.ok(html.includes("<title>my &lt;run&gt;") && html.includes("a &amp; b"));
  });
});

Deno.test("writeReport says whether the result is the best epoch or the last, and that a run stopped early", async () => {
  await withFolder(async (folder) => {
    const patient = await evaluated(join(folder, "data"));
    const { epochs } = metricsOf([0.1, 0.4, 0.3]);
    const losses = [0.8, 0.5, 0.6, 0.5].map((validationLoss, index) => (
      { ...epochs[0], epoch: index + 1, validationLoss }
    ));
    const summaryOf = async (settings: Partial<TrainingSettings>, bestEpoch: number) => {
      const run = await makeRun(join(folder, "run"), {
        settings: { epochs: 9, ...settings },
        metrics: { epochs: losses, bestEpoch },
      });
      const html = await readFile(await writeReport(run, [patient]), "utf8");
      const curves = await readFile(join(run, "curves.svg"), "utf8");
      return [
        /1 to validate\. ([^<]*)/.exec(html)?.[1].trim(),
        />(Dashed[^<]*)</.exec(curves)?.[1],
      ];
    };
    const stop = "Stopped: no lower validation loss for 2 epochs; the lowest was epoch 2&#39;s.";
    assert.deepEqual(await summaryOf({ checkpoint: "last", patience: 2 }, 4), [
      `${stop} Result: epoch 4, the last.`,
      "Dashed: epoch 4, the last.",
    ]);
    assert.deepEqual(await summaryOf({ checkpoint: "best", patience: 2 }, 2), [
      `${stop} Result: epoch 2, the best by validation loss.`,
      "Dashed: epoch 2, the best by validation loss.",
    ]);
    assert.deepEqual(await summaryOf({ checkpoint: "best" }, 3), [
      "Result: epoch 3, the best by validation loss since the weights of epoch 2 were lost.",
      "Dashed: epoch 3, the best by validation loss since the weights of epoch 2 were lost.",
    ]);
    const whole = await summaryOf({ checkpoint: "last", patience: 2, epochs: 4 }, 4);
    assert.equal(whole[0], "Result: epoch 4, the last.");
  });
});

Deno.test("writeReport writes curves, an overlay a patient, and the evaluation as files", async () => {
  await withFolder(async (folder) => {
    const patient = await evaluated(join(folder, "data"));
    const run = await makeRun(join(folder, "my <run>"));
    await writeReport(run, [patient]);
    const evaluation = JSON.parse(await readFile(join(run, "evaluation.json"), "utf8"));
    assert.deepEqual(evaluation.patients, [patient.evaluation]);
    assert.equal(evaluation.meanVolumeDice, patient.evaluation.volumeDice);
    assert.equal(evaluation.epoch, 2);
    assert.match(evaluation.measuredOn, /not trained on/);
    assert.deepEqual(await readdir(join(run, "overlays")), [`${patientId}.png`]);
    const curves = await decodeImage(await readFile(join(run, "curves.png")));
    assert.ok(curves.width > 1000 && curves.height > 1000);
    assert.match(await readFile(join(run, "curves.svg"), "utf8"), /^<svg/);
  });
});

Deno.test("patientOverlay outlines the largest tumor in green and the prediction in red", async () => {
  await withFolder(async (folder) => {
    const picture = await decodeImage(patientOverlay(await evaluated(folder)));
    assert.equal(picture.width, 2 * 256);
    const colors = new Map<string, number>();
    const pixels = picture.width * 2 * 256;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const start = pixel * picture.channels;
      const color = picture.data.slice(start, start + 3).join();
      colors.set(color, (colors.get(color) ?? 0) + 1);
    }
    // An outline of the same length each: every pixel of it is four in the picture.
    const green = colors.get("0,255,0")!, red = colors.get("255,0,0")!;
    assert.ok(green > 400 && green % 4 === 0);
    assert.ok(red > 400 && red % 4 === 0);
  });
});

Deno.test("drawCurves names both curves with their last values, and the epoch of the result", async () => {
  const title = { title: "a run", subtitle: "of three epochs", dashed: "epoch 2, the last" };
  const { svg } = await drawCurves(metricsOf([0.1, 0.4, 0.3]), title);
  for (const text of ["a run", "training 0.700", "validation 0.800", "validation 0.300"]) {
    assert.ok(svg.includes(`>${text}<`), text);
  }
  assert.match(svg, />Dashed: epoch 2, the last\.</);
});

Deno.test("drawCurves draws a run of one epoch, and one whose Dice is never defined", async () => {
  const title = { title: "a run", subtitle: "", dashed: "" };
  assert.ok((await drawCurves(metricsOf([0.5]), title)).png.length > 1000);
  const { svg } = await drawCurves(metricsOf([null, null]), title);
  assert.ok(svg.includes(">validation 0.700<") && !svg.includes("NaN"));
});

Deno.test("drawCurves refuses a run without epochs", async () => {
  const empty = { epochs: [], bestEpoch: 0 };
  await assert.rejects(
    drawCurves(empty, { title: "", subtitle: "", dashed: "" }),
    /at least 1 epoch/,
  );
});
