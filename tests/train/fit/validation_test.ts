/** Validation while a network trains finds what its exported model gives on the same patients, cleaned up and all. */
import assert from "node:assert/strict";
import { confusionCounts } from "../../../shared/confusion.ts";
import { diceFromCounts } from "../../../shared/dice.ts";
import { sequences } from "../../../shared/sequence.ts";
import { usualThreshold } from "../../../shared/threshold.ts";

import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { preparePatient } from "../../../train/data/prepared_patient.ts";
import { validate } from "../../../train/fit/validation.ts";
import { Network } from "../../../train/network/network.ts";
import { resized, someOf } from "../support/resized.ts";
import type { Kernels } from "../../../train/engine/kernels/kernels.ts";
import { readStartCheckpoint } from "../../../train/run/start_network.ts";
import { loadModel } from "../../../train/validate/model_patient.ts";
import { segmentPatient } from "../../../train/validate/model_masks.ts";
import { testBackends } from "../support/backends.ts";
import { sampleOf } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const model = "edge/models/unet";

/** The shipped network, as training has it. */
async function shippedNetwork(kernels: Kernels) {
  const { architecture, weights, preprocessing, downsampling } = await readStartCheckpoint(model);
  const network = new Network(architecture, kernels, weights);
  return { network, preprocessing, downsampling, ...await loadModel(model) };
}

testBackends(
  "validate() finds the Dice of the exported model, with pieces kept and left out",
  (kernels) =>
    withFolder(async (folder) => {
      await sampleOf(folder, ["TCGA_FG_6692_20020606"]);
      const patient = await readPatient((await findPatients(folder))[0]);
      const { network, preprocessing, downsampling, engine, card } = await shippedNetwork(kernels);
      const prepared = preparePatient(patient, sequences, preprocessing);
      const found: number[] = [];
      for (const smallestComponent of [0, 1]) {
        const settings = { batchSize: 2, downsampling, smallestComponent };
        const { meanDice } = await validate(network, network, [prepared], settings);
        const { mask } = await segmentPatient(
          { engine, card: { ...card, smallestComponent, threshold: usualThreshold } },
          patient.volume,
        );
        const expected = diceFromCounts(confusionCounts(mask, patient.mask));
        assert.ok(Math.abs(meanDice - expected) < 1e-3, `${meanDice} and ${expected}`);
        found.push(meanDice);
      }
      assert.notEqual(found[0], found[1], "there are pieces to be left out");
      network.dispose();
    }),
  ["tensorflow"],
);

testBackends(
  "validate() of slices of unlike sizes finds the Dice of the exported model, which fills them up",
  async (kernels) => {
    const { network, preprocessing, downsampling, engine, card } = await shippedNetwork(kernels);
    const low = await someOf("TCGA_HT_7602_19951103", [8, 9, 10]);
    const patients = [
      resized(await someOf("TCGA_CS_4943_20000902", [16, 17]), 240, 240),
      { ...resized(low, 128, 128), id: "BraTS cut to 128 x 128" },
      { ...resized(low, 199, 181), id: "sides that half the resolution does not divide" },
    ];
    const prepared = patients.map((patient) => preparePatient(patient, sequences, preprocessing));
    const settings = { batchSize: 4, downsampling, smallestComponent: card.smallestComponent ?? 0 };
    const { dice, loss } = await validate(network, network, prepared, settings);
    assert.ok(loss > 0 && loss < 1);
    for (const { id, volume, mask: reference } of patients) {
      const { mask } = await segmentPatient({ engine, card }, volume);
      const expected = diceFromCounts(confusionCounts(mask, reference));
      assert.ok(expected > 0.3, `there is nothing to compare in ${id}: Dice ${expected}`);
      assert.ok(Math.abs(dice.get(id)! - expected) < 1e-3, `${id}: ${dice.get(id)}, ${expected}`);
    }
    network.dispose();
  },
  ["tensorflow"],
);
