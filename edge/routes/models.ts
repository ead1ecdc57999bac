import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { ModelsAnswer } from "../answer.ts";
import type { ModelRegistry } from "../model_registry.ts";
import { notice } from "../notice.ts";

const list = createRoute({
  method: "get",
  path: "/",
  summary: "The models, each with its card",
  responses: {
    200: {
      description: "All models; the default first.",
      content: { "application/json": { schema: ModelsAnswer } },
    },
  },
});

/** `GET /v1/models`: the cards of all models. */
export function modelsRoute(models: ModelRegistry) {
  return new OpenAPIHono().openapi(list, (c) =>
    c.json({
      default: models.defaultName,
      models: models.cards.map((card) => ({
        name: card.name,
        version: card.version,
        ready: models.isReady(card.name),
        engine: models.engineOf(card.name),
        card: { ...card },
      })),
      notice,
    }, 200));
}
