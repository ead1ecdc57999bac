import { Hono } from "hono";
import { confusionCounts } from "../../shared/confusion.ts";
import { diceFromCounts } from "../../shared/dice.ts";
import type { ImageLimits } from "../../shared/image/decode.ts";
import type { Mask } from "../../shared/volume.ts";
import type { DiceAnswer } from "../answer.ts";
import { decodeUploadedMask } from "../decode_upload.ts";
import { messageOf, requestError } from "../errors.ts";
import { notice } from "../notice.ts";
import { readFormFile } from "../upload.ts";

/** `POST /v1/dice`: the form files `prediction` and `reference`, two masks of one size, to their Dice. */
export function diceRoute(limits: ImageLimits): Hono {
  const route = new Hono();
  route.post("/", async (c) => {
    const uploads = [
      await readFormFile(c.req, "prediction"),
      await readFormFile(c.req, "reference"),
    ];
    const [prediction, reference] = await Promise.all(
      uploads.map((upload) => decodeUploadedMask(upload, limits)),
    );
    return c.json(compare(prediction, reference));
  });
  return route;
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
