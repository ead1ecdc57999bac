/**
 * The messages of the Open Inference Protocol, version 2, as far as models of ours need them.
 *
 * Source: https://github.com/kserve/open-inference-protocol and Triton's binary tensor data extension.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const shape = z.array(z.int().min(0));
/** Flat or nested; looked through by whoever reads the tensor, as it may be long. */
const data = z.array(z.any());

const RequestInput = z.object({
  name: z.string(),
  shape,
  datatype: z.string(),
  parameters: parameters.optional(),
  data: data.optional().openapi({
    description: "Absent where `parameters.binary_data_size` says that it follows the JSON.",
  }),
}).openapi("InferInput");

const RequestOutput = z.object({ name: z.string(), parameters: parameters.optional() });

/** The JSON of `POST /v2/models/{name}/infer`. */
export const InferRequest = z.object({
  id: z.string().optional(),
  parameters: parameters.optional(),
  inputs: z.array(RequestInput).min(1),
  outputs: z.array(RequestOutput).optional(),
}).openapi("InferRequest");
/** What {@linkcode InferRequest} describes. */
export type InferRequest = z.infer<typeof InferRequest>;

/** The JSON of its answer. */
export const InferAnswer = z.object({
  id: z.string().optional(),
  model_name: z.string(),
  model_version: z.string(),
  parameters: parameters.openapi({
    description:
      "`notice`; and `warnings`, a JSON list in a text, where a channel is constant or values lie beyond what scaling " +
      "gives. Other intensities cannot be judged, as the card tells of unscaled ones.",
  }),
  outputs: z.array(z.object({
    name: z.string(),
    shape,
    datatype: z.string(),
    parameters: parameters.optional(),
    data: z.array(z.number()).optional(),
  })),
}).openapi("InferAnswer");
/** What {@linkcode InferAnswer} describes. */
export type InferAnswer = z.infer<typeof InferAnswer>;

/** `GET /v2`. */
export const ServerMetadata = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
  parameters,
}).openapi("ServerMetadata");

const TensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int().min(-1)).openapi({ description: "-1 is any length." }),
});

/** `GET /v2/models/{name}`. */
export const ModelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(TensorMetadata),
  outputs: z.array(TensorMetadata),
  parameters,
}).openapi("ModelMetadata");
/** What {@linkcode ModelMetadata} describes. */
export type ModelMetadata = z.infer<typeof ModelMetadata>;

/** `GET /v2/health/live`. */
export const LiveAnswer = z.object({ live: z.boolean(), parameters }).openapi("ServerLive");

/** `GET /v2/health/ready`. */
export const ReadyAnswer = z.object({ ready: z.boolean(), parameters }).openapi("ServerReady");

/** `GET /v2/models/{name}/ready`. */
export const ModelReadyAnswer = z.object({
  name: z.string(),
  version: z.string(),
  ready: z.boolean(),
  parameters,
}).openapi("ModelReady");
