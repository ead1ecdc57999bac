/**
 * The JSON answers of the API: what the routes write, what `/openapi.json` describes and what the page and the
 * client read.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";

/** Stands in every JSON answer, errors as well. */
const notice = z.string().openapi({ example: "Not for clinical use." });

const id = z.string().optional().openapi({
  description: "The request's `id`, where it had one.",
});

const model = z.object({ name: z.string(), version: z.string() }).openapi({
  description: "The model that answered.",
});

const warnings = z.array(z.string()).openapi({
  description:
    "Why the outline may be worth less than the model's card says; empty where nothing is known.",
});

const count = z.int().min(0);
const milliseconds = z.number().min(0);

/** Everything that went wrong. */
export const ErrorAnswer = z.object({
  error: z.string(),
  models: z.array(z.string()).optional().openapi({
    description: "The models there are, where one was asked for that is not among them.",
  }),
  notice,
}).openapi("Error");
/** What {@linkcode ErrorAnswer} describes. */
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

/** A mask as run lengths, as `shared/run_length.ts` describes it. */
export const RunLengths = z.object({
  shape: z.array(count).openapi({ description: "[height, width]" }),
  runs: z.array(count).openapi({
    description:
      "Lengths of the runs row by row: background first, then tumor and background in turn.",
  }),
}).openapi("RunLengthMask");

/** `POST /v1/segment`, as JSON. */
export const SegmentAnswer = z.object({
  id,
  model,
  mask: RunLengths,
  tumorAreaPixels: count,
  meanProbability: z.number().min(0).max(1).nullable().openapi({
    description: "Mean probability inside the mask; null where the mask is empty.",
  }),
  warnings,
  timings: z.object({
    decode: milliseconds,
    wait: milliseconds.openapi({ description: "For a worker that is free and has the model." }),
    preprocess: milliseconds,
    infer: milliseconds,
    postprocess: milliseconds,
    total: milliseconds.openapi({ description: "From the complete request to the answer." }),
  }).openapi({ description: "In milliseconds." }),
  notice,
}).openapi("Segmentation");
/** What {@linkcode SegmentAnswer} describes. */
export type SegmentAnswer = z.infer<typeof SegmentAnswer>;

const slicePlace = z.int().min(0).openapi({
  description: "Number of a slice from 0; of a NIfTI or DICOM from the feet to the head.",
});

/** The end of `POST /v1/volumes`. */
export const VolumeAnswer = z.object({
  event: z.literal("result"),
  id,
  model,
  format: z.enum(["nifti", "dicom", "slices"]).openapi({ description: "What was read." }),
  shape: z.array(count).openapi({ description: "[slices, height, width]" }),
  spacing: z.array(z.number()).nullable().openapi({
    description: "Millimetres along the same axes; null where it is not known.",
  }),
  tumorVoxels: count,
  tumorVolumeMl: z.number().min(0).nullable().openapi({
    description: "Null where the spacing is not known.",
  }),
  largestSlice: slicePlace.nullable().openapi({
    description: "The slice worth looking at first, by its area; null where nothing is outlined.",
  }),
  slices: z.array(z.object({
    name: z.string().optional(),
    areaPixels: count,
    meanProbability: z.number().min(0).max(1).nullable().openapi({
      description:
        "Inside the outline, before a model whose card says so drops all but its largest piece.",
    }),
  })).openapi({ description: "One for each slice, in order." }),
  warnings,
  mask: z.object({
    name: z.string(),
    type: z.string(),
    base64: z.string(),
  }).openapi({
    description:
      "The mask's file, in the space of what was sent: NIfTI, DICOM-SEG, or a zip of PNGs for slices.",
  }),
  timings: z.object({
    decode: milliseconds,
    segment: milliseconds.openapi({ description: "All slices, and the clean-up of the whole." }),
    total: milliseconds.openapi({ description: "From the complete request to the answer." }),
  }).openapi({ description: "In milliseconds." }),
  notice,
}).openapi("VolumeResult");
/** What {@linkcode VolumeAnswer} describes. */
export type VolumeAnswer = z.infer<typeof VolumeAnswer>;

/** One part of the answer of `POST /v1/volumes`. */
export const VolumeEvent = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("accepted"),
    id,
    model,
    format: z.enum(["nifti", "dicom", "slices"]),
    shape: z.array(count),
    warnings,
    notice,
  }).openapi("VolumeAccepted"),
  z.object({
    event: z.literal("slice"),
    index: slicePlace,
    areaPixels: count,
    done: count,
    total: count,
  }).openapi("VolumeSlice"),
  VolumeAnswer,
  z.object({ event: z.literal("error"), status: z.int(), error: z.string(), notice }).openapi(
    "VolumeError",
  ),
]).openapi("VolumeEvent");
/** What {@linkcode VolumeEvent} describes. */
export type VolumeEvent = z.infer<typeof VolumeEvent>;

/** `POST /v1/dice`. */
export const DiceAnswer = z.object({
  id,
  dice: z.number().min(0).max(1).nullable().openapi({
    description: "Null where neither mask has a tumor pixel.",
  }),
  explanation: z.string().optional().openapi({ description: "Why `dice` is null." }),
  truePositives: count,
  falsePositives: count,
  falseNegatives: count,
  trueNegatives: count,
  notice,
}).openapi("Dice");
/** What {@linkcode DiceAnswer} describes. */
export type DiceAnswer = z.infer<typeof DiceAnswer>;

/** `GET /v1/models`. */
export const ModelsAnswer = z.object({
  default: z.string().openapi({ description: "The model that answers where none is named." }),
  models: z.array(z.object({
    name: z.string(),
    version: z.string(),
    ready: z.boolean().openapi({ description: "It has answered already; others load when asked." }),
    engine: z.string().openapi({ description: "What runs it, or would." }),
    card: z.object({
      name: z.string(),
      version: z.string(),
      notFor: z.string(),
      licence: z.string(),
    }).catchall(z.any()).openapi({
      description: "The model card; see shared/model_card.ts for its fields.",
    }),
  })),
  notice,
}).openapi("Models");
/** What {@linkcode ModelsAnswer} describes. */
export type ModelsAnswer = z.infer<typeof ModelsAnswer>;

/** `GET /health/live` and `GET /health/ready`. */
export const HealthAnswer = z.object({ status: z.enum(["live", "ready"]), notice }).openapi(
  "Health",
);

/** `GET /health/load`. */
export const LoadAnswer = z.object({
  waiting: count.openapi({ description: "Slices that wait for a worker: what to scale by." }),
  busy: count.openapi({ description: "Slices that are being segmented." }),
  workers: count,
  overdue: count.openapi({ description: "Workers that were ended, and still go on." }),
  engine: z.string().openapi({ description: "What runs the default model." }),
  restarts: count.openapi({ description: "Workers that were ended because they crashed or hung." }),
  notice,
}).openapi("Load");
