import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { tensorNames } from "../../shared/inference/tensor_names.ts";
import type { ModelCard } from "../../shared/model_card.ts";
import { printable, quoted } from "../../shared/printable.ts";
import { answerHeaders, headersOf } from "../answer_headers.ts";
import { assertLive } from "../assert_live.ts";
import { errorResponses, fileSchema, refuseInvalid } from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders } from "../decoding/decoders.ts";
import { requestError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { notice } from "../notice.ts";
import { datatype, metadataOf } from "../open_inference/metadata.ts";
import { observationOf } from "../observe/observation.ts";
import type { Inference } from "../open_inference/read_request.ts";
import {
  InferAnswer,
  InferRequest,
  LiveAnswer,
  ModelMetadata,
  ModelReadyAnswer,
  ReadyAnswer,
  ServerMetadata,
} from "../open_inference/schema.ts";
import { tensorWarnings } from "../open_inference/tensor_warnings.ts";
import { asciiList } from "../warnings_header.ts";
import { askModel } from "./segmentation_request.ts";

const lengthHeader = "Inference-Header-Content-Length";
const parameters = { notice };

/** The parts of an address that vary. */
const pathParameters: Readonly<Record<string, z.ZodString>> = {
  name: z.string().openapi({ description: "Name of a model, one of `GET /v1/models`." }),
  version: z.string().openapi({ description: "The version that its card has." }),
};

function paramsOf(path: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return z.object(Object.fromEntries(names.map((name) => [name, pathParameters[name]])));
}

/** Where bytes follow the JSON. Checked with the body, whose length bounds it. */
const jsonLength = z.string().optional().openapi({
  ...answerHeaders[lengthHeader].schema,
  description: answerHeaders[lengthHeader].description,
});

function describe(
  path: string,
  summary: string,
  schema: z.ZodType,
  ...errors: number[]
) {
  return createRoute({
    method: "get",
    path,
    summary,
    request: { params: paramsOf(path) },
    responses: {
      200: { description: summary, content: { "application/json": { schema } } },
      ...errorResponses(...errors),
    },
  });
}

function describeInfer(path: string) {
  return createRoute({
    method: "post",
    path,
    summary: "Run the network on tensors of its own",
    description:
      `JSON, or JSON and then bytes; the header ${lengthHeader} says where the JSON ends.`,
    request: {
      params: paramsOf(path),
      headers: z.object({ [lengthHeader]: jsonLength }),
      body: {
        required: true,
        content: {
          "application/json": { schema: { $ref: "#/components/schemas/InferRequest" } },
          "application/octet-stream": { schema: fileSchema },
        },
      },
    },
    responses: {
      200: {
        description: "The probabilities; as bytes after the JSON where the request asks for that.",
        headers: headersOf("X-Model", lengthHeader),
        content: {
          "application/json": { schema: InferAnswer },
          "application/octet-stream": { schema: fileSchema },
        },
      },
      ...errorResponses(400, 404, 408, 413, 415, 429, 500, 504),
    },
  });
}

/** The Open Inference Protocol, version 2, beside our own interface: any client of it can run the networks. */
export function openInferenceRoutes(
  models: ModelRegistry,
  decoders: Decoders,
  limits: Pick<Limits, "maxPixels">,
): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalid });
  routes.openAPIRegistry.register("InferRequest", InferRequest);

  routes.openapi(describe("/", "The server", ServerMetadata), (c) =>
    c.json({
      name: "gliomap",
      version: "2",
      extensions: ["binary_tensor_data"],
      parameters,
    }, 200));
  routes.openapi(
    describe("/health/live", "Whether the process answers, and can work", LiveAnswer, 503),
    (c) => {
      assertLive(models, decoders);
      return c.json({ live: true, parameters }, 200);
    },
  );
  routes.openapi(
    describe("/health/ready", "Whether the default model has answered once", ReadyAnswer, 503),
    (c) => {
      if (models.isReady()) return c.json({ ready: true, parameters }, 200);
      throw requestError(503, "The model has not answered yet; try again in a moment.");
    },
  );
  for (const path of ["/models/{name}", "/models/{name}/versions/{version}"]) {
    routes.openapi(
      describe(path, "A model and its tensors", ModelMetadata, 404),
      (c) => c.json(metadataOf(findCard(c, models)), 200),
    );
    routes.openapi(
      describe(
        `${path}/ready`,
        "Whether a model can be asked",
        ModelReadyAnswer,
        404,
        429,
        500,
        504,
      ),
      async (c) => {
        const { name, version } = findCard(c, models);
        await readyModel(models, name);
        return c.json({ name, version, ready: true, parameters }, 200);
      },
    );
    routes.openapi(describeInfer(`${path}/infer`), async (c) => {
      const card = findCard(c, models);
      const body = await readBody(c.req);
      const inference = await observationOf(c).stages.time(
        "decode",
        () => decoders.tensor(body, c.req.header(lengthHeader)),
      );
      const [images, channels, height, width] = assertShape(card, inference.shape, limits);
      const model = await askModel(c, models, card.name);
      const { signal } = c.req.raw;
      const shape = [images, channels, height, width] as const;
      // Before the worker takes the numbers away.
      const warnings = tensorWarnings(inference.data, shape, card);
      const probability = await model.run(inference.data, shape, { signal });
      return answerInference(c, card, inference, warnings, probability);
    });
  }
  return routes;
}

/** The card of the model in the address, of the version in the address where it names one. */
function findCard(c: Context, models: ModelRegistry): ModelCard {
  const name = c.req.param("name")!, version = c.req.param("version");
  const card = models.cardOf(name);
  if (version === undefined || version === card.version) return card;
  throw requestError(
    404,
    `Cannot find the model ${name} as its version must be ${card.version}: ` +
      `current value is ${quoted(version)}`,
  );
}

/** Asks a model once, which loads it: clients ask whether it is ready before they send anything. */
async function readyModel(models: ModelRegistry, name: string): Promise<void> {
  const model = await models.get(name);
  if (!model.ready) await model.warmUp();
}

/** Told before a worker is bothered, and before the network takes memory for it. */
function assertShape(
  { input }: ModelCard,
  shape: readonly number[],
  { maxPixels }: Pick<Limits, "maxPixels">,
): [number, number, number, number] {
  const [images, channels, height, width] = shape, { sequences, sizeMultiple } = input;
  const fits = shape.length === 4 && images >= 1 && channels === sequences.length &&
    height >= 1 && width >= 1 && height % sizeMultiple === 0 && width % sizeMultiple === 0;
  if (!fits) {
    throw requestError(
      400,
      `Cannot use ${tensorNames.input} as its shape must be [images, ${sequences.length}, height, width] ` +
        `with height and width multiples of ${sizeMultiple}: current value is [${
          printable(shape.join(", "))
        }]`,
    );
  }
  if (images * height * width > maxPixels) {
    throw requestError(
      413,
      `Cannot use ${tensorNames.input} as its images must have at most ${maxPixels} pixels together: ` +
        `current value is ${images * height * width}`,
    );
  }
  return [images, channels, height, width];
}

function answerInference(
  c: Context,
  card: ModelCard,
  { id, shape, binaryOutput }: Inference,
  warnings: readonly string[],
  probability: Float32Array,
) {
  const output = {
    name: tensorNames.output,
    datatype,
    shape: [shape[0], 1, shape[2], shape[3]],
  };
  const answer = {
    id,
    model_name: card.name,
    model_version: card.version,
    // The protocol's parameters are texts and numbers alone.
    parameters: warnings.length > 0 ? { ...parameters, warnings: asciiList(warnings) } : parameters,
  };
  if (!binaryOutput) {
    return c.json({ ...answer, outputs: [{ ...output, data: Array.from(probability) }] }, 200);
  }
  const size = { binary_data_size: probability.byteLength };
  const header = new TextEncoder().encode(
    JSON.stringify({ ...answer, outputs: [{ ...output, parameters: size }] }),
  );
  const body = new Uint8Array(header.length + probability.byteLength);
  body.set(header);
  body.set(
    new Uint8Array(probability.buffer, probability.byteOffset, probability.byteLength),
    header.length,
  );
  return c.body(body, 200, {
    "Content-Type": "application/octet-stream",
    [lengthHeader]: `${header.length}`,
  });
}
