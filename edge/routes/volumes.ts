import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { measureTumor } from "../../shared/inference/measure_tumor.ts";
import { measureVolume } from "../../shared/inference/measure_volume.ts";
import { segmentVolume } from "../../shared/inference/segment_volume.ts";
import { type VolumeAnswer, VolumeEvent } from "../answer.ts";
import {
  errorResponses,
  fileSchema,
  idParameter,
  modelParameter,
  refuseInvalid,
} from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders, OpenVolume } from "../decoding/decoders.ts";
import { describeError, logFailure, requestError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { chooseOffer, type Offer } from "../negotiation.ts";
import { notice } from "../notice.ts";
import type { SegmentationService } from "../service.ts";
import { createSlots } from "../slots.ts";
import { eventTypes, streamEvents } from "../volume/event_stream.ts";
import type { MaskFile } from "../volume/mask_file.ts";

const outputs = ["ndjson", "sse", "json", "mask"] as const;
type Output = typeof outputs[number];

const offers: readonly Offer<Output>[] = [
  { output: "ndjson", type: eventTypes.ndjson },
  { output: "sse", type: eventTypes.sse },
  { output: "json", type: "application/json" },
  { output: "mask", type: "application/octet-stream" },
  { output: "mask", type: "application/gzip" },
  { output: "mask", type: "application/zip" },
  { output: "mask", type: "application/dicom" },
];

const route = createRoute({
  method: "post",
  path: "/",
  summary: "Outline the tumor of a whole patient",
  description:
    "A NIfTI with one channel or three, a NIfTI for each sequence, or the slices or the DICOM series of " +
    "a patient in a form or a zip. Progress comes as lines of JSON or as server-sent events, the result last.",
  request: {
    query: z.object({
      model: modelParameter,
      id: idParameter,
      output: z.enum(outputs).optional().openapi({ description: "Instead of `Accept`." }),
    }),
    body: {
      required: true,
      content: {
        "application/octet-stream": { schema: fileSchema },
        "application/gzip": { schema: fileSchema },
        "application/zip": { schema: fileSchema },
        "multipart/form-data": {
          schema: {
            type: "object",
            description:
              "Files in fields of any name; a NIfTI's field, or its file, is named for its sequence.",
            additionalProperties: { type: "array", items: fileSchema },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description:
        "Events; or, with `json`, the last of them alone; or, with `mask`, the mask's file.",
      content: {
        [eventTypes.ndjson]: { schema: VolumeEvent },
        [eventTypes.sse]: { schema: VolumeEvent },
        "application/json": { schema: VolumeEvent },
        "application/octet-stream": { schema: fileSchema },
      },
    },
    ...errorResponses(400, 404, 406, 408, 413, 415, 429, 500, 504),
  },
});

/** `POST /v1/volumes`: a whole patient to the mask in its own space. */
export function volumesRoute(
  models: ModelRegistry,
  decoders: Decoders,
  { maxVolumes }: Pick<Limits, "maxVolumes">,
) {
  const rule = `at most ${maxVolumes} volumes may be segmented at once`;
  const slots = createSlots({ size: maxVolumes, rule, retryAfter: 10 });
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
    const { model: name, id, output: wanted } = c.req.valid("query");
    const output = readOutput(c, wanted);
    const model = await models.get(name);
    models.load.assertRoom();
    const release = slots.take();
    try {
      const body = await readBody(c.req);
      const start = performance.now();
      const volume = await decoders.openVolume(body, model.card);
      const job: Job = {
        id,
        model,
        volume,
        read: volume.read,
        lanes: models.load.size,
        start,
        readTime: performance.now() - start,
      };
      setHeaders(c, job);
      const end = () => {
        volume.close();
        release();
      };
      return await answer(c, output, job, end);
    } catch (error) {
      release();
      throw error;
    }
  });
}

function readOutput(c: Context, wanted: Output | undefined): Output {
  const accept = c.req.header("accept");
  const output = chooseOffer(offers, accept, wanted);
  if (output) return output;
  const types = offers.filter((offer) => !wanted || offer.output === wanted);
  throw requestError(
    406,
    `Cannot answer as Accept must take ${types.map(({ type }) => type).join(" or ")}: ` +
      `current value is "${accept}"`,
  );
}

interface Job {
  readonly id?: string;
  readonly model: SegmentationService;
  readonly volume: OpenVolume;
  readonly read: OpenVolume["read"];
  readonly lanes: number;
  readonly start: number;
  readonly readTime: number;
}

interface Result {
  readonly file: MaskFile;
  readonly answer: VolumeAnswer;
}

function setHeaders(c: Context, { model: { card } }: Job): void {
  c.header("Vary", "Accept");
  c.header("X-Model", `${card.name}/${card.version}`);
}

async function answer(
  c: Context,
  output: Output,
  job: Job,
  end: () => void,
): Promise<Response> {
  if (output === "json" || output === "mask") {
    const { answer, file } = await segment(job, () => {}, c.req.raw.signal).finally(end);
    if (output === "json") return c.json(answer, 200);
    return c.body(file.bytes, 200, {
      "Content-Type": file.type,
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
  }
  const body = streamEvents(output, async (send, signal) => {
    try {
      const tell: Tell = (event) => send(event);
      tell(acceptance(job));
      tell((await segment(job, tell, signal)).answer);
    } catch (error) {
      const { status, body } = describeError(error);
      if (status === 500 && !signal.aborted) logFailure(c, error);
      send({ event: "error", status, ...body });
    } finally {
      end();
    }
  });
  return c.body(body, 200, { "Content-Type": eventTypes[output], "Cache-Control": "no-store" });
}

type Tell = (event: VolumeEvent) => void;

function headOf({ id, model: { card }, read: { format, volume, warnings } }: Job) {
  return {
    id,
    model: { name: card.name, version: card.version },
    format,
    shape: [volume.slices, volume.height, volume.width],
    warnings: [...warnings],
    notice,
  };
}

function acceptance(job: Job): VolumeEvent {
  return { event: "accepted", ...headOf(job) };
}

async function segment(job: Job, tell: Tell, signal: AbortSignal): Promise<Result> {
  const { model, read, lanes, start, readTime } = job;
  const { volume, geometry, sliceNames } = read, total = volume.slices;
  const probabilities: (number | null)[] = [];
  let done = 0;
  const began = performance.now();
  const mask = await segmentVolume(model, model.card, volume, {
    lanes,
    signal,
    onSlice(index, { mask, probability }) {
      const { areaPixels, meanProbability } = measureTumor(mask, probability);
      probabilities[index] = meanProbability;
      tell({ event: "slice", index, areaPixels, done: ++done, total });
    },
  });
  const ended = performance.now();
  const { voxels, volumeMl, areas, largestSlice } = measureVolume(mask, geometry?.spacing);
  const { name: modelName, version } = model.card;
  const file = await job.volume.maskFile(mask, `${modelName} ${version}`);
  const slices = areas.map((areaPixels, index) => ({
    ...(sliceNames[index] === undefined ? {} : { name: sliceNames[index] }),
    areaPixels,
    meanProbability: areaPixels === 0 ? null : probabilities[index],
  }));
  const { name, type, bytes } = file;
  const answer: VolumeAnswer = {
    event: "result",
    ...headOf(job),
    spacing: geometry ? [...geometry.spacing] : null,
    tumorVoxels: voxels,
    tumorVolumeMl: volumeMl,
    largestSlice,
    slices,
    mask: { name, type, base64: bytes.toBase64() },
    timings: { read: readTime, segment: ended - began, total: performance.now() - start },
  };
  return { file, answer };
}
