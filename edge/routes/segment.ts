import { type Context, Hono } from "hono";
import { selectSequences } from "../../shared/sequence.ts";
import type { ImageLimits } from "../../shared/image/decode.ts";
import { encodePng, maskToPng } from "../../shared/image/encode_png.ts";
import { measureTumor } from "../../shared/inference/measure_tumor.ts";
import type { Segmentation } from "../../shared/inference/segment_slice.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { overlay } from "../../shared/overlay.ts";
import { encodeRunLength } from "../../shared/run_length.ts";
import type { Slice } from "../../shared/volume.ts";
import type { SegmentAnswer } from "../answer.ts";
import { decodeSlice } from "../decode_upload.ts";
import { messageOf, requestError } from "../errors.ts";
import { acceptable, chooseOutput, type Output, outputs } from "../negotiation.ts";
import { notice } from "../notice.ts";
import type { SegmentationService } from "../service.ts";
import { readUpload } from "../upload.ts";

/** `POST /v1/segment`: one slice, as the body or as the form field `image`, to its mask. */
export function segmentRoute(service: SegmentationService, limits: ImageLimits): Hono {
  const route = new Hono();
  route.post("/", async (c) => {
    const output = readOutput(c);
    const upload = await readUpload(c.req, "image");
    const start = performance.now();
    const slice = await decodeSlice(upload, limits);
    const decode = performance.now() - start;
    assertChannels(slice, service.card);
    const segmentation = await service.segment(slice, { signal: c.req.raw.signal });
    const timings = { decode, ...segmentation.timings, total: performance.now() - start };
    return answer(c, output, { slice, segmentation, timings, card: service.card });
  });
  return route;
}

function readOutput(c: Context): Output {
  const wanted = c.req.query("output");
  if (wanted !== undefined && !outputs.some((output) => output === wanted)) {
    throw requestError(
      400,
      `Cannot use output as it must be one of ${outputs.join(", ")}: current value is "${wanted}"`,
    );
  }
  const accept = c.req.header("accept");
  const output = chooseOutput(accept, wanted as Output | undefined);
  if (output) return output;
  const offered = wanted ? `the output ${wanted}` : acceptable;
  throw requestError(
    406,
    `Cannot answer as Accept must take ${offered}: current value is "${accept}"`,
  );
}

/** A slice that this model cannot take is the request's fault; told before a worker is bothered. */
function assertChannels(slice: Slice, card: ModelCard): void {
  try {
    selectSequences(slice, card.input.sequences);
  } catch (error) {
    throw requestError(400, messageOf(error), error);
  }
}

interface Result {
  readonly slice: Slice;
  readonly segmentation: Segmentation;
  readonly timings: SegmentAnswer["timings"];
  readonly card: ModelCard;
}

function answer(c: Context, output: Output, result: Result): Response {
  const { slice, segmentation: { mask }, timings, card } = result;
  c.header("Vary", "Accept");
  c.header("X-Model", `${card.name}/${card.version}`);
  c.header("Server-Timing", serverTiming(timings));
  switch (output) {
    case "json":
      return c.json(toJson(result));
    case "mask":
      return c.body(maskToPng(mask), 200, { "Content-Type": "image/png" });
    case "overlay": {
      const picture = encodePng(overlay(slice, { prediction: mask }));
      return c.body(picture, 200, { "Content-Type": "image/png" });
    }
  }
}

function toJson({ segmentation: { mask, probability }, timings, card }: Result): SegmentAnswer {
  const { areaPixels, meanProbability } = measureTumor(mask, probability);
  return {
    model: { name: card.name, version: card.version },
    mask: encodeRunLength(mask),
    tumorAreaPixels: areaPixels,
    meanProbability,
    timings,
    notice,
  };
}

function serverTiming(timings: SegmentAnswer["timings"]): string {
  return Object.entries(timings).map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`).join(", ");
}
