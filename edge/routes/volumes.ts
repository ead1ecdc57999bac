import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { measureTumor } from "../../shared/inference/measure_tumor.ts";
import { measureVolume } from "../../shared/inference/measure_volume.ts";
import { segmentVolume } from "../../shared/inference/segment_volume.ts";
import { VolumeAnswer, VolumeEvent } from "../answer.ts";
import { headersOf } from "../answer_headers.ts";
import { errorResponses, fileSchema, refuseInvalid } from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders, OpenVolume } from "../decoding/decoders.ts";
import { clientGone, describeError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { type Offer, readOffer } from "../negotiation.ts";
import { type Observation, observationOf } from "../observe/observation.ts";
import { createSlots } from "../slots.ts";
import {
  anyFile,
  maskTypes,
  offersOf,
  possibleOffers,
  type VolumeOutput,
  volumeOutputs,
} from "../volume/answer_forms.ts";
import { type EventFormat, eventTypes, streamEvents } from "../volume/event_stream.ts";
import type { MaskFile } from "../volume/mask_file.ts";
import { tellWarnings } from "../warnings_header.ts";
import {
  answerHead,
  readSegmentationRequest,
  segmentationQuery,
  type SegmentationRequest,
} from "./segmentation_request.ts";

const route = createRoute({
  method: "post",
  path: "/",
  summary: "Outline the tumor of a whole patient",
  description:
    "A NIfTI with one channel or three, a NIfTI for each sequence, or the slices or the DICOM series of " +
    "a patient in a form or a zip. Progress comes as lines of JSON or as server-sent events, the result last.",
  request: {
    query: segmentationQuery(volumeOutputs),
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
        "Events; or, with `json`, the last of them alone; or, with `mask`, the mask's file: a compressed NIfTI, " +
        "a DICOM-SEG, or a zip of PNGs for slices, whatever was sent. `application/octet-stream` takes each of them.",
      headers: headersOf("X-Model", "Content-Disposition", "X-Warnings"),
      content: {
        [eventTypes.ndjson]: { schema: VolumeEvent },
        [eventTypes.sse]: { schema: VolumeEvent },
        "application/json": { schema: VolumeAnswer },
        [maskTypes.nifti]: { schema: fileSchema },
        [maskTypes.dicom]: { schema: fileSchema },
        [maskTypes.slices]: { schema: fileSchema },
        [anyFile]: { schema: fileSchema },
      },
    },
    ...errorResponses(400, 404, 406, 408, 413, 429, 500, 504),
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
    const query = c.req.valid("query");
    const request = await readSegmentationRequest(c, query, possibleOffers, models);
    models.load.assertRoom();
    const giveBack = slots.take();
    try {
      const body = await readBody(c.req);
      const start = performance.now();
      const { model, stages } = request;
      const volume = await stages.time("decode", () => decoders.openVolume(body, model.card));
      const { read } = volume, offer = chooseForm(c, volume, query.output);
      const job = { ...request, ...offer, volume, read, lanes: models.load.size, start };
      const release = () => {
        volume.close();
        giveBack();
      };
      return await answer(c, job, release);
    } catch (error) {
      giveBack();
      throw error;
    }
  });
}

/** Which type the mask's file has is known by now: who takes no form that there is, is refused before the work. */
function chooseForm(
  c: Context,
  { read, close }: OpenVolume,
  wanted: VolumeOutput | undefined,
): Offer<VolumeOutput> {
  const names = { nifti: "a NIfTI", dicom: "DICOM", slices: "slices" };
  try {
    return readOffer(offersOf(read), c.req.header("accept"), wanted, names[read.format]);
  } catch (error) {
    close();
    throw error;
  }
}

interface Job extends SegmentationRequest<VolumeOutput> {
  /** The media type of the answer. */
  readonly type: string;
  readonly volume: OpenVolume;
  readonly read: OpenVolume["read"];
  readonly lanes: number;
  /** When the request's head was complete. */
  readonly start: number;
}

interface Result {
  readonly file: MaskFile;
  readonly answer: VolumeAnswer;
}

async function answer(c: Context, job: Job, release: () => void): Promise<Response> {
  const { output, type } = job;
  if (output === "json" || output === "mask") {
    const { answer, file } = await segment(job, () => {}, c.req.raw.signal).finally(release);
    if (output === "json") return c.json(answer, 200);
    tellWarnings(c, answer.warnings);
    return c.body(file.bytes, 200, {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
  }
  const body = streamVolume(observationOf(c), output, job, release);
  return c.body(body, 200, { "Content-Type": type, "Cache-Control": "no-store" });
}

/** The events; the request is over with the last of them. */
function streamVolume(
  observation: Observation,
  format: EventFormat,
  job: Job,
  release: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const end = observation.hold();
  return streamEvents(format, async (send, signal) => {
    try {
      const tell: Tell = (event) => send(event);
      tell(acceptance(job));
      tell((await segment(job, tell, signal)).answer);
    } catch (error) {
      const { status, body } = describeError(error);
      observation.status = signal.aborted ? clientGone : status;
      if (observation.status === 500) observation.failure = error;
      send({ event: "error", status, ...body });
    } finally {
      release();
      end();
    }
  });
}

type Tell = (event: VolumeEvent) => void;

function headOf(job: Job) {
  const { format, volume, warnings } = job.read;
  const shape = [volume.slices, volume.height, volume.width];
  return { ...answerHead(job, warnings), format, shape };
}

function acceptance(job: Job): VolumeEvent {
  return { event: "accepted", ...headOf(job) };
}

async function segment(job: Job, tell: Tell, signal: AbortSignal): Promise<Result> {
  const { model, read, lanes, start, stages } = job;
  const { volume, scaling, geometry, sliceNames } = read, total = volume.slices;
  const probabilities: (number | null)[] = [];
  let done = 0;
  const began = performance.now();
  const mask = await segmentVolume(model, model.card, volume, {
    scaling,
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
  const file = await stages.time(
    "encode",
    () => job.volume.maskFile(mask, `${modelName} ${version}`, signal),
  );
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
    timings: {
      decode: stages.durations.decode ?? 0,
      segment: ended - began,
      total: performance.now() - start,
    },
  };
  return { file, answer };
}
