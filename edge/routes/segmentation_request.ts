/**
 * What requests for an outline have in common, be it of a slice, of a patient or of tensors: which model is asked, in
 * which form the answer comes, and what stands at its head.
 *
 * @module
 */

import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ModelCard } from "../../shared/model_card.ts";
import type { PooledModel } from "../../shared/inference/worker_pool.ts";
import { idParameter, modelParameter } from "../contract.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { type Offer, readOffer } from "../negotiation.ts";
import { notice } from "../notice.ts";
import { observationOf } from "../observe/observation.ts";
import { stagedModel } from "../observe/staged_model.ts";
import type { Stages } from "../observe/stages.ts";

/** The query of a request whose answer has several forms. */
export function segmentationQuery<const Outputs extends readonly string[]>(outputs: Outputs) {
  return z.object({
    model: modelParameter,
    id: idParameter,
    output: z.enum(outputs).optional().openapi({ description: "Instead of `Accept`." }),
  });
}

/** A model that is asked, which keeps account of its time in the stages of the request. */
export interface AskedModel extends PooledModel {
  readonly card: ModelCard;
}

/** A request for an outline. */
export interface SegmentationRequest<Output> {
  readonly id?: string;
  readonly output: Output;
  readonly model: AskedModel;
  readonly stages: Stages;
}

/**
 * The model of that name, or the default. The answer and the log name it.
 *
 * @throws {UnknownModelError} when there is none of that name.
 */
export async function askModel(
  c: Context,
  models: ModelRegistry,
  name: string | undefined,
): Promise<AskedModel> {
  const model = await models.get(name), { card } = model;
  const observation = observationOf(c);
  observation.model = `${card.name}/${card.version}`;
  observation.engine = models.engineOf(card.name);
  c.header("X-Model", observation.model);
  return { card, ...stagedModel(model, observation.stages) };
}

/**
 * Reads all of a request but its body.
 *
 * @throws {HTTPException} 406 when the client takes none of the forms.
 * @throws {UnknownModelError} when there is no such model.
 */
export async function readSegmentationRequest<Output extends string>(
  c: Context,
  query: { readonly model?: string; readonly id?: string; readonly output?: Output },
  offers: readonly Offer<Output>[],
  models: ModelRegistry,
): Promise<SegmentationRequest<Output>> {
  const { output } = readOffer(offers, c.req.header("accept"), query.output);
  c.header("Vary", "Accept");
  const model = await askModel(c, models, query.model);
  return { id: query.id, output, model, stages: observationOf(c).stages };
}

/** What every JSON answer of an outline says first. */
export function answerHead(
  { id, model: { card } }: Pick<SegmentationRequest<string>, "id" | "model">,
  warnings: readonly string[],
) {
  const model = { name: card.name, version: card.version };
  return { id, model, warnings: [...warnings], notice };
}
