import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { selectSequences } from "../../shared/sequence.ts";
import { deflateMaskPng, deflatePng } from "../png/deflate_png.ts";
import { measureTumor } from "../../shared/inference/measure_tumor.ts";
import type { Segmentation } from "../../shared/inference/segment_slice.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { overlay } from "../../shared/overlay.ts";
import { encodeRunLength } from "../../shared/run_length.ts";
import type { Slice } from "../../shared/volume.ts";
import { SegmentAnswer } from "../answer.ts";
import { headersOf } from "../answer_headers.ts";
import { errorResponses, fileSchema, refuseInvalid } from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders } from "../decoding/decoders.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import type { ModelRegistry } from "../model_registry.ts";
import type { Offer } from "../negotiation.ts";
import { serverTiming } from "../observe/stages.ts";
import { sliceWarnings } from "../warnings.ts";
import { tellWarnings } from "../warnings_header.ts";
import {
  answerHead,
  readSegmentationRequest,
  segmentationQuery,
  type SegmentationRequest,
} from "./segmentation_request.ts";

const outputs = ["json", "mask", "overlay"] as const;
type Output = typeof outputs[number];

/** PNGs of both kinds have the type `image/png` and differ in their profile. */
export const offers: readonly Offer<Output>[] = [
  { output: "json", type: "application/json" },
  { output: "mask", type: "image/png", profile: "mask" },
  { output: "overlay", type: "image/png", profile: "overlay" },
];

const route = createRoute({
  method: "post",
  path: "/",
  summary: "Outline the tumor in one slice",
  description: "The slice is a TIFF, PNG, JPEG or WebP with the channels that the model takes.",
  request: {
    query: segmentationQuery(outputs),
    body: {
      required: true,
      content: {
        "image/*": { schema: fileSchema },
        "application/octet-stream": { schema: fileSchema },
        "multipart/form-data": {
          schema: { type: "object", required: ["image"], properties: { image: fileSchema } },
        },
      },
    },
  },
  responses: {
    200: {
      description: "The mask: JSON, or a PNG with the profile `mask` or `overlay`.",
      headers: headersOf("X-Model", "Server-Timing", "X-Warnings"),
      content: {
        "application/json": { schema: SegmentAnswer },
        "image/png": { schema: fileSchema },
      },
    },
    ...errorResponses(400, 404, 406, 408, 413, 415, 429, 500, 504),
  },
});

/** `POST /v1/segment`: one slice, as the body or as the form field `image`, to its mask. */
export function segmentRoute(models: ModelRegistry, decoders: Decoders) {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
    const request = await readSegmentationRequest(c, c.req.valid("query"), offers, models);
    const { model, stages, output } = request;
    const body = await readBody(c.req);
    const start = performance.now();
    const slice = await stages.time("decode", () => decoders.slice(body));
    assertChannels(slice, model.card);
    const segmentation = await model.segment(slice, { signal: c.req.raw.signal });
    const result = { slice, segmentation, start };
    return output === "json"
      ? await answerJson(c, request, result)
      : await answerPng(c, output, request, result);
  });
}

/** A slice that this model cannot take is the request's fault; told before a worker is bothered. */
function assertChannels(slice: Slice, card: ModelCard): void {
  try {
    selectSequences(slice, card.input.sequences);
  } catch (error) {
    throw requestError(400, messageOf(error), error);
  }
}

type Request = SegmentationRequest<Output>;

interface Result {
  readonly slice: Slice;
  readonly segmentation: Segmentation;
  /** When the request was complete. */
  readonly start: number;
}

async function answerPng(
  c: Context,
  output: Exclude<Output, "json">,
  { model: { card }, stages }: Request,
  { slice, segmentation: { mask }, start }: Result,
): Promise<Response> {
  const picture = await stages.time("encode", () => {
    tellWarnings(c, sliceWarnings(slice, card));
    return output === "mask"
      ? deflateMaskPng(mask)
      : deflatePng(overlay(slice, { prediction: mask }));
  });
  c.header("Server-Timing", serverTiming(stages.durations, performance.now() - start));
  return c.body(picture, 200, { "Content-Type": "image/png" });
}

async function answerJson(c: Context, request: Request, { slice, segmentation, start }: Result) {
  const { model: { card }, stages } = request, { mask, probability } = segmentation;
  const { wait = 0, decode = 0 } = stages.durations;
  const timings = { decode, wait, ...segmentation.timings, total: performance.now() - start };
  const answer = await stages.time("encode", (): SegmentAnswer => {
    const { areaPixels, meanProbability } = measureTumor(mask, probability);
    const { shape, runs } = encodeRunLength(mask);
    return {
      ...answerHead(request, sliceWarnings(slice, card)),
      mask: { shape: [...shape], runs: [...runs] },
      tumorAreaPixels: areaPixels,
      meanProbability,
      timings,
    };
  });
  c.header("Server-Timing", serverTiming(stages.durations, performance.now() - start));
  return c.json(answer, 200);
}
