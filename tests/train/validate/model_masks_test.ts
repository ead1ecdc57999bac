/** A model's outlines of real patients, in every way that it could be used. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { largeComponents } from "../../../shared/connected_component.ts";
import { volumeDice } from "../../../shared/dice.ts";
import type { Engine } from "../../../shared/inference/engine.ts";
import { segmentSlice } from "../../../shared/inference/segment_slice.ts";
import { threshold } from "../../../shared/threshold.ts";
import { sliceOf, sliceOfMask } from "../../../shared/volume.ts";
import { findPatients, readPatient } from "../../../train/data/dataset.ts";
import {
  mirror,
  segmentPatient,
  segmentVariants,
  type VariantMask,
} from "../../../train/validate/model_masks.ts";
import { changesOf, type Variant } from "../../../train/validate/variant.ts";
import { loadModel } from "../../../train/validate/model_patient.ts";
import { copySlices } from "../support/sample_copy.ts";
import { withFolder } from "../support/temporary_folder.ts";

const patient = "TCGA_CS_4943_20000902", other = "TCGA_HT_7602_19951103";

/**
 * The one mask that comes about this way, with the usual sequences, without flips, and with pieces of what the slices
 * are scaled by where nothing else is said.
 */
function maskOf(
  variants: readonly VariantMask[],
  how: Partial<Variant> & Pick<Variant, "scaling" | "smallestComponent">,
) {
  const wanted: Variant = { flips: false, flairAlone: false, pieces: how.scaling, ...how };
  const found = variants.filter(({ variant }) => isDeepStrictEqual(variant, wanted));
  assert.equal(found.length, 1, JSON.stringify(wanted));
  return found[0].mask;
}

Deno.test("segmentVariants: each way once, large pieces of volumes in three dimensions, flips turned back", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, patient, [14, 15, 16]);
    const { volume, mask } = await readPatient((await findPatients(folder))[0]);
    const model = await loadModel("edge/models/preview");
    const base = await segmentPatient(model, volume);
    const variants = await segmentVariants(model, volume, base.probability);
    assert.equal(new Set(variants.map(({ variant }) => JSON.stringify(variant))).size, 9);

    const every = { smallestComponent: 0 }, large = { smallestComponent: 0.5 };
    for (const flips of [false, true]) {
      const how = { scaling: "volume", flips } as const;
      const { data } = largeComponents(maskOf(variants, { ...how, ...every }), 0.5);
      assert.deepEqual(maskOf(variants, { ...how, ...large }).data, data);
    }
    assert.deepEqual(maskOf(variants, { scaling: "volume", ...large }), base.mask);
    // All of them outline this tumor well, which a mirror image that was not turned back would not.
    for (const { variant, mask: found } of variants) {
      assert.ok(volumeDice(found, mask) > 0.8, JSON.stringify(variant));
    }
    assert.notDeepEqual(maskOf(variants, { scaling: "volume", flips: true, ...every }), base.mask);
    assert.notDeepEqual(maskOf(variants, { scaling: "slice", ...every }), base.mask);
  });
});

Deno.test("segmentVariants: slices on their own are outlined and cleaned as segmentSlice does a lone one, and as a volume", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, other, [6, 7, 8, 9]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const { engine, card } = await loadModel("edge/models/preview");
    assert.equal(card.smallestComponent, 0.5);
    const { probability } = await segmentPatient({ engine, card }, volume);
    const variants = await segmentVariants({ engine, card }, volume, probability);
    const [every, large] = [0, 0.5].map((smallestComponent) =>
      maskOf(variants, { scaling: "slice", smallestComponent })
    );
    for (const [smallestComponent, mask] of [[0, every], [0.5, large]] as const) {
      for (let index = 0; index < volume.slices; index++) {
        const slice = sliceOf(volume, index);
        const lone = await segmentSlice(engine, { ...card, smallestComponent }, slice);
        assert.deepEqual(sliceOfMask(mask, index), lone.mask, `${smallestComponent}, ${index}`);
      }
    }
    assert.notDeepEqual(large, every, "there are pieces to be left out");
    const asVolume = maskOf(variants, {
      scaling: "slice",
      smallestComponent: 0.5,
      pieces: "volume",
    });
    assert.deepEqual(asVolume, largeComponents(every, 0.5));
    assert.notDeepEqual(large, asVolume, "the volume leaves out others");
  });
});

Deno.test("segmentVariants: the largest component alone, once, whatever share the card has", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, "TCGA_FG_6692_20020606", [10, 11, 15]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const { engine, card } = await loadModel("edge/models/preview");
    const { probability } = await segmentPatient({ engine, card }, volume);
    const largest = largeComponents(threshold(probability, card.threshold), 1);
    const outlines = new Set<string>();
    for (const [smallestComponent, count] of [[0, 9], [0.1, 9], [1, 8]]) {
      const model = { engine, card: { ...card, smallestComponent } };
      const variants = await segmentVariants(model, volume, probability);
      assert.equal(variants.length, count);
      assert.deepEqual(maskOf(variants, { scaling: "volume", smallestComponent: 1 }), largest);
      const asUsed = maskOf(variants, { scaling: "volume", smallestComponent });
      assert.deepEqual(asUsed, (await segmentPatient(model, volume)).mask);
      outlines.add(asUsed.data.join(""));
    }
    assert.ok(outlines.size > 1, "there is more than one piece");
  });
});

Deno.test("segmentVariants runs the network three times for each slice: mirrored, on its own, from FLAIR alone", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, patient, [14, 15]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const { engine, card } = await loadModel("edge/models/preview");
    let runs = 0;
    const counting: Engine = {
      ...engine,
      run: (...input) => {
        runs++;
        return engine.run(...input);
      },
    };
    const { probability } = await segmentPatient({ engine, card }, volume);
    await segmentVariants({ engine: counting, card }, volume, probability);
    assert.equal(runs, 3 * volume.slices);
  });
});

Deno.test("changesOf says whether pieces are left out of the volume or of each slice", () => {
  const plain = { flips: false, flairAlone: false };
  const cases = [
    ["volume", "volume", 0, []],
    ["volume", "volume", 0.5, ["pieces under 0.5 of the largest left out"]],
    ["volume", "volume", 1, ["largest component alone"]],
    ["slice", "slice", 0, []],
    ["slice", "slice", 0.5, ["each slice's pieces under 0.5 of its largest left out"]],
    ["slice", "slice", 1, ["each slice's largest component alone"]],
    ["slice", "volume", 0.5, ["the volume's pieces under 0.5 of its largest left out"]],
    ["slice", "volume", 1, ["the volume's largest component alone"]],
  ] as const;
  for (const [scaling, pieces, smallestComponent, expected] of cases) {
    assert.deepEqual(changesOf({ ...plain, scaling, pieces, smallestComponent }), expected);
  }
});

Deno.test("segmentVariants: from FLAIR alone, as of a patient whose channels all hold FLAIR", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, patient, [14, 15]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const model = await loadModel("edge/models/preview");
    const replaced = {
      ...volume,
      data: volume.data.map((_: number, index: number) => volume.data[index - index % 3 + 1]),
    };
    const { mask: expected } = await segmentPatient(model, replaced);
    const { probability } = await segmentPatient(model, volume);
    const variants = await segmentVariants(model, volume, probability);
    const alone = variants.find(({ variant }) => variant.flairAlone)!;
    assert.deepEqual(alone.mask, expected);
    assert.ok(expected.data.includes(1));
  });
});

Deno.test("segmentPatient cleans the outline as the model's card wants it", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, other, [5, 6, 7, 8, 9]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const { engine, card } = await loadModel("edge/models/reference");
    const plain = await segmentPatient({ engine, card }, volume);
    const cleaned = await segmentPatient(
      { engine, card: { ...card, smallestComponent: 1 } },
      volume,
    );
    assert.deepEqual(cleaned.probability, plain.probability);
    assert.deepEqual(cleaned.mask.data, largeComponents(plain.mask, 1).data);
    assert.notDeepEqual(cleaned.mask.data, plain.mask.data, "there are islands to be left out");
  });
});

Deno.test("segmentVariants: flips outline a mirrored patient's mirror image", async () => {
  await withFolder(async (folder) => {
    await copySlices(folder, patient, [15]);
    const { volume } = await readPatient((await findPatients(folder))[0]);
    const { data } = mirror(volume);
    const model = await loadModel("edge/models/preview");
    const masks = await Promise.all([volume, { ...volume, data }].map(async (volume) => {
      const variants = await segmentVariants(
        model,
        volume,
        (await segmentPatient(model, volume)).probability,
      );
      return variants.find(({ variant }) => variant.flips && variant.smallestComponent === 0)!.mask
        .data;
    }));
    const turned = mirror({ data: masks[1], height: 256, width: 256, channels: 1 }).data;
    assert.deepEqual(turned, masks[0]);
  });
});
