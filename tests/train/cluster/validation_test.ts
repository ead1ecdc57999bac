/** Processes that measure a part of the validation patients each find what one process finds. */
import assert from "node:assert/strict";
import { openBackend } from "../../../train/engine/backend.ts";
import { initialWeights } from "../../../train/network/initialization.ts";
import { Network } from "../../../train/network/network.ts";
import { validate, type ValidationCluster } from "../../../train/fit/validation.ts";
import { excerpt, preparedSample } from "../data/patients.ts";

const patients = [excerpt(await preparedSample(0), 8, 5), excerpt(await preparedSample(3), 4, 4)];
const settings = { batchSize: 2, downsampling: 4, smallestComponent: 0.5 };
const architecture = { inputChannels: 3, outputChannels: 1, features: 2, depth: 2 };

/** Clusters in this process whose exchanges are fulfilled once all have come to one. */
function clusters(size: number): ValidationCluster[] {
  const values: unknown[] = [], all = Promise.withResolvers<unknown[]>();
  return Array.from({ length: size }, (_, rank) => ({
    rank,
    size,
    exchange<T>(value: T) {
      values[rank] = JSON.parse(JSON.stringify(value));
      if (Object.keys(values).length === size) all.resolve(values);
      return all.promise as Promise<T[]>;
    },
  }));
}

Deno.test({
  name: "validate in several processes gives one process's result in each of them",
  sanitizeResources: false, // an engine lives as long as the process
  sanitizeOps: false,
  async fn() {
    const { kernels } = await openBackend("tensorflow");
    const network = new Network(architecture, kernels, initialWeights(architecture, 1));
    const alone = await validate(network, network, patients, settings);
    assert.equal(alone.dice.size, 2);
    for (const size of [2, 7]) {
      const results = await Promise.all(
        clusters(size).map((cluster) =>
          validate(network, network, patients, settings, () => {}, cluster)
        ),
      );
      for (const result of results) assert.deepEqual(result, alone);
    }
    network.dispose();
  },
});
