/** Models that need no network: they outline the left half of every slice. */

import type { ModelRegistry } from "../../../edge/model_registry.ts";
import type { SegmentationService } from "../../../edge/service.ts";
import { UnknownModelError } from "../../../edge/unknown_model_error.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { readBytes } from "./files.ts";

const cardText = new TextDecoder().decode(await readBytes("edge/models/reference/card.json"));

/** A model of which some parts are others. */
export function createFakeService(changes: Partial<SegmentationService> = {}): SegmentationService {
  return {
    card: parseModelCard(cardText),
    ready: true,
    segment({ height, width }, options) {
      options?.onStart?.();
      const shape = [height, width];
      const data = Uint8Array.from(
        { length: height * width },
        (_, pixel) => pixel % width < width / 2 ? 1 : 0,
      );
      const probability = { data: Float32Array.from(data, (value) => value * 0.75), shape };
      const timings = { preprocess: 1, infer: 2, postprocess: 3 };
      return Promise.resolve({ probability, mask: { data, shape }, timings });
    },
    run: (_input, [images, , height, width]) =>
      Promise.resolve(new Float32Array(images * height * width).fill(0.75)),
    warmUp: () => Promise.resolve(),
    ...changes,
  };
}

/** Models that are all there; the first is the default. */
export function createFakeModels(...services: readonly SegmentationService[]): ModelRegistry {
  const find = (name = services[0].card.name) => {
    const found = services.find(({ card }) => card.name === name);
    if (!found) throw new UnknownModelError(name, services.map(({ card }) => card.name));
    return found;
  };
  return {
    defaultName: services[0].card.name,
    cards: services.map(({ card }) => card),
    cardOf: (name) => find(name).card,
    // deno-lint-ignore require-await -- what find() throws must become a rejection
    get: async (name) => find(name),
    isReady: (name) => find(name).ready,
    engineOf: () => "fake",
    load: {
      waiting: 0,
      busy: 0,
      size: 1,
      overdue: 0,
      stuck: false,
      restarts: 0,
      assertRoom() {},
    },
  };
}
