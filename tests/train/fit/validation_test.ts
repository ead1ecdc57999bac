/** Validation while a network trains finds what its exported model gives on the same patients, cleaned up and all. */
import assert from "node:assert/strict";
import { confusionCounts } from "../../../shared/confusion.ts";
import { diceFromCounts } from "../../../shared/dice.ts";
import { sequences } from "../../../shared/sequence.ts";

import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import { preparePatient } from "../../../train/data/prepared_patient.ts";
import { validate } from "../../../train/fit/validation.ts";
import { Network } from "../../../train/network/network.ts";
import { readStartCheckpoint } from "../../../train/run/start_network.ts";
import { loadModel } from "../../../train/validate/model_patient.ts";
import { segmentPatient } from "../../../train/validate/model_masks.ts";
import { testBackends } from "../support/backends.ts";
import { sampleOf } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const model = "edge/models/unet";

testBackends(
  "validate() finds the Dice of the exported model, with pieces kept and left out",
  (kernels) =>
    withFolder(async (folder) => {
      await sampleOf(folder, ["TCGA_FG_6692_20020606"]);
      const patient = await readPatient((await findPatients(folder))[0]);
      const { architecture, weights, preprocessing, downsampling } = await readStartCheckpoint(
        model,
      );
      const network = new Network(architecture, kernels, weights);
      const prepared = preparePatient(patient, sequences, preprocessing);
      const { engine, card } = await loadModel(model);
      const found: number[] = [];
      for (const smallestComponent of [0, 1]) {
        const settings = { batchSize: 2, downsampling, smallestComponent };
        const { meanDice } = await validate(network, network, [prepared], settings);
        const { mask } = await segmentPatient(
          { engine, card: { ...card, smallestComponent } },
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
