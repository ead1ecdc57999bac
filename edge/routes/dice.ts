import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import type { Mask } from "../../shared/volume.ts";
import { DiceAnswer } from "../answer.ts";
import { errorResponses, fileSchema, idParameter, refuseInvalid } from "../contract.ts";
import { readBody } from "../decoding/body.ts";
import type { Decoders } from "../decoding/decoders.ts";
import { requestError } from "../errors.ts";
import { messageOf } from "../message_of.ts";
import { notice } from "../notice.ts";

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
    ...errorResponses(400, 408, 413, 415, 429, 500, 504),
  },
});

/** `POST /v1/dice`: the form files `prediction` and `reference`, two masks of one size, to their Dice. */
export function diceRoute(decoders: Decoders) {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
    const [prediction, reference] = await decoders.masks(await readBody(c.req));
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
