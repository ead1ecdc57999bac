import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { selectSequences } from "../../shared/sequence.ts";
import { deflateMaskPng, deflatePng } from "../../shared/image/deflate_png.ts";
import { measureTumor } from "../../shared/inference/measure_tumor.ts";
import type { Segmentation } from "../../shared/inference/segment_slice.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { overlay } from "../../shared/overlay.ts";
import { encodeRunLength } from "../../shared/run_length.ts";
import type { Slice } from "../../shared/volume.ts";
import { SegmentAnswer } from "../answer.ts";
import {
  errorResponses,
  fileSchema,
  idParameter,
  modelParameter,
  refuseInvalid,
} from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders } from "../decoding/decoders.ts";
import { messageOf, requestError } from "../errors.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { acceptable, chooseOutput, type Output, outputs } from "../negotiation.ts";
import { notice } from "../notice.ts";
import { sliceWarnings } from "../warnings.ts";

const route = createRoute({
  method: "post",
  path: "/",
  summary: "Outline the tumor in one slice",
  description: "The slice is a TIFF, PNG, JPEG or WebP with the channels that the model takes.",
  request: {
    query: z.object({
      model: modelParameter,
      id: idParameter,
      output: z.enum(outputs).optional().openapi({ description: "Instead of `Accept`." }),
    }),
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
    const { model: name, id, output: wanted } = c.req.valid("query");
    const output = readOutput(c, wanted);
    const model = await models.get(name);
    const body = await readBody(c.req);
    const start = performance.now();
    const slice = await decoders.slice(body);
    const decode = performance.now() - start;
    assertChannels(slice, model.card);
    const segmentation = await model.segment(slice, { signal: c.req.raw.signal });
    // Pictures have no place for them.
    const warnings = output === "json" ? sliceWarnings(slice, model.card) : [];
    const timings = { decode, ...segmentation.timings, total: performance.now() - start };
    const result = { id, slice, segmentation, timings, warnings, card: model.card };
    setHeaders(c, result);
    return output === "json" ? c.json(toJson(result), 200) : await answerPng(c, output, result);
  });
}

function readOutput(c: Context, wanted: Output | undefined): Output {
  const accept = c.req.header("accept");
  const output = chooseOutput(accept, wanted);
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
  readonly id?: string;
  readonly slice: Slice;
  readonly segmentation: Segmentation;
  readonly timings: SegmentAnswer["timings"];
  readonly warnings: readonly string[];
  readonly card: ModelCard;
}

function setHeaders(c: Context, { timings, card }: Result): void {
  c.header("Vary", "Accept");
  c.header("X-Model", `${card.name}/${card.version}`);
  c.header("Server-Timing", serverTiming(timings));
}

async function answerPng(
  c: Context,
  output: Exclude<Output, "json">,
  result: Result,
): Promise<Response> {
  const { slice, segmentation: { mask } } = result;
  const picture = output === "mask"
    ? await deflateMaskPng(mask)
    : await deflatePng(overlay(slice, { prediction: mask }));
  return c.body(picture, 200, { "Content-Type": "image/png" });
}

function toJson({ id, segmentation, timings, warnings, card }: Result): SegmentAnswer {
  const { mask, probability } = segmentation;
  const { areaPixels, meanProbability } = measureTumor(mask, probability);
  const { shape, runs } = encodeRunLength(mask);
  return {
    id,
    model: { name: card.name, version: card.version },
    mask: { shape: [...shape], runs: [...runs] },
    tumorAreaPixels: areaPixels,
    meanProbability,
    warnings: [...warnings],
    timings,
    notice,
  };
}

function serverTiming(timings: SegmentAnswer["timings"]): string {
  return Object.entries(timings).map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`).join(", ");
}
