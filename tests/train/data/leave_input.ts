/** Opens a training's input, leaves it in the way that the argument says, and closes it. */
import { defaultAugmentation as augmentation } from "../../../train/data/augmentation.ts";
import { openTrainingInput } from "../../../train/data/training_input.ts";
import { preparedSample, preprocessing } from "./patients.ts";

const patient = await preparedSample(0), [way] = Deno.args;
const size = { height: 32, width: 32 };
const settings = {
  batchSize: 4,
  seed: 1,
  augmentation,
  preprocessing,
  size,
  workers: 2,
  // So that batches are under way at the end of the first.
  epochs: 2,
};
const input = openTrainingInput([patient], settings);
try {
  for await (const _ of input.batches(1)) {
    if (way === "early") break;
    if (way === "by an error") throw new Error(way);
  }
} catch (error) {
  if ((error as Error).message !== way) throw error;
}
input.close();
console.log("closed");
