import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import type { ImageLimits } from "../../shared/image/decode.ts";
import type { Mask } from "../../shared/volume.ts";
import { DiceAnswer } from "../answer.ts";
import { errorResponses, fileSchema, idParameter, refuseInvalid } from "../contract.ts";
import { decodeUploadedMask } from "../decode_upload.ts";
import { messageOf, requestError } from "../errors.ts";
import { notice } from "../notice.ts";
import { readFormFile } from "../upload.ts";

const route = createRoute({
  method: "post",
  path: "/",
  summary: "Dice of two masks of one size",
  request: {
    query: z.object({ id: idParameter }),
    body: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            required: ["prediction", "reference"],
            properties: { prediction: fileSchema, reference: fileSchema },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: "Dice, and the counts of pixels behind it.",
      content: { "application/json": { schema: DiceAnswer } },
    },
    ...errorResponses(400, 413, 415),
  },
});

/** `POST /v1/dice`: the form files `prediction` and `reference`, two masks of one size, to their Dice. */
export function diceRoute(limits: ImageLimits) {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
    const uploads = [
      await readFormFile(c.req, "prediction"),
      await readFormFile(c.req, "reference"),
    ];
    const [prediction, reference] = await Promise.all(
      uploads.map((upload) => decodeUploadedMask(upload, limits)),
    );
    return c.json({ id: c.req.valid("query").id, ...compare(prediction, reference) }, 200);
  });
}

function compare(prediction: Mask, reference: Mask): DiceAnswer {
  const counts = countOrRefuse(prediction, reference);
  const dice = diceFromCounts(counts);
  const known = !Number.isNaN(dice);
  return {
    dice: known ? dice : null,
    ...(known ? {} : { explanation: "Neither mask has a tumor pixel, so Dice is not defined." }),
    ...counts,
    notice,
  };
}

function countOrRefuse(prediction: Mask, reference: Mask) {
  try {
    return confusionCounts(prediction, reference);
  } catch (error) {
    throw requestError(400, messageOf(error), error);
  }
}
