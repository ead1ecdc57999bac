/**
 * A model that keeps account of its time.
 *
 * @module
 */

import type { PooledModel } from "../../shared/inference/worker_pool.ts";
import type { Stages } from "./stages.ts";

/** The same model; what it takes for each slice or batch is added to the stages of one request. */
export function stagedModel(model: PooledModel, stages: Stages): PooledModel {
  return {
    async segment(slice, options) {
      const asked = performance.now();
      const onStart = () => stages.add("wait", performance.now() - asked);
      const segmentation = await model.segment(slice, { ...options, onStart });
      const { preprocess, infer, postprocess } = segmentation.timings;
      // The worker has a clock of its own and tells durations alone: they lie one behind the other before its answer.
      const end = performance.now();
      stages.add("preprocess", preprocess, end - postprocess - infer);
      stages.add("infer", infer, end - postprocess);
      stages.add("postprocess", postprocess, end);
      return segmentation;
    },
    async run(input, shape, options) {
      const asked = performance.now();
      let began = asked;
      const onStart = () => {
        began = performance.now();
        stages.add("wait", began - asked);
      };
      const probability = await model.run(input, shape, { ...options, onStart });
      stages.add("infer", performance.now() - began);
      return probability;
    },
  };
}
