/** A service that needs no network: it outlines the left half of every slice. */

import type { SegmentationService } from "../../../edge/service.ts";
import { parseModelCard } from "../../../shared/model_card.ts";
import { readBytes } from "./files.ts";

const cardText = new TextDecoder().decode(await readBytes("edge/models/reference/card.json"));

export function createFakeService(changes: Partial<SegmentationService> = {}): SegmentationService {
  return {
    card: parseModelCard(cardText),
    ready: true,
    segment({ height, width }) {
      const shape = [height, width];
      const data = Uint8Array.from(
        { length: height * width },
        (_, pixel) => pixel % width < width / 2 ? 1 : 0,
      );
      const probability = { data: Float32Array.from(data, (value) => value * 0.75), shape };
      const timings = { scaling: 1, network: 2, mask: 3 };
      return Promise.resolve({ probability, mask: { data, shape }, timings });
    },
    warmUp: () => Promise.resolve(),
    close() {},
    ...changes,
  };
}
