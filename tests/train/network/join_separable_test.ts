/** A network with separable convolutions finds the same with the plain ones that they are. */
import assert from "node:assert/strict";
import { networkInput } from "../../../shared/inference/network_input.ts";
import { sliceOf } from "../../../shared/volume.ts";
import { readModel } from "../../../train/export/model_folder.ts";
import { joinSeparable } from "../../../train/network/join_separable.ts";
import { networkPrediction } from "../../../train/network/network_prediction.ts";
import { unetWeights } from "../../../train/network/unet_architecture.ts";
import { readStartCheckpoint } from "../../../train/run/start_network.ts";
import { testBackends } from "../support/backends.ts";
import { someOf } from "../support/resized.ts";

const model = "edge/models/preview";

testBackends(
  "joinSeparable leaves the shipped preview's probabilities as they are",
  async (kernels) => {
    const separable = await readStartCheckpoint(model), plain = joinSeparable(separable);
    const specs = unetWeights(plain.architecture);
    assert.equal(plain.weights.size, specs.length);
    for (const { name, shape } of specs) {
      assert.deepEqual(plain.weights.get(name)?.shape, shape, name);
    }
    const { card } = await readModel(model);
    const { volume } = await someOf("TCGA_HT_7602_19951103", [10]);
    const { data, shape } = networkInput(card, sliceOf(volume, 0));
    const [expected, actual] = await Promise.all(
      [separable, plain].map((network) =>
        networkPrediction(network.architecture, network.weights, kernels)(data, shape)
      ),
    );
    assert.ok(Math.max(...expected) > 0.9, "there is tumor");
    const largest = actual.reduce((most, p, i) => Math.max(most, Math.abs(p - expected[i])), 0);
    assert.ok(largest < 1e-4, `${largest}`);
  },
);

Deno.test("joinSeparable of a plain network is the network itself", async () => {
  const plain = await readStartCheckpoint("edge/models/unet");
  assert.equal(joinSeparable(plain), plain);
});
