/** Every error that /openapi.json describes is provoked, and none that comes is missing there. */

import assert from "node:assert/strict";
import { limitRequests } from "../../../edge/access/limit_requests.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createToken } from "../../../edge/access/tokens.ts";
import { createDrain } from "../../../edge/drain.ts";
import { check } from "../support/described_answers.ts";
import { type Operation, operations, requestOf } from "../support/operations.ts";
import { provokedErrors } from "../support/provoked_errors.ts";
import { createTestApp, withoutLog } from "../support/test_app.ts";

/** Asks an operation as it should be asked. */
async function ask(operation: Operation, app: ReturnType<typeof createTestApp>): Promise<number> {
  return await check(operation.path, requestOf(operation), operation.template, app);
}

function createGuarded(limits: { readonly hasTokens?: boolean; readonly perMinute?: number }) {
  const { sha256 } = createToken(), { hasTokens, perMinute = 0 } = limits;
  const entry = { name: "someone", sha256, perMinute: 1, perDay: 1 };
  const guard = limitRequests({
    tokens: hasTokens ? [entry] : [],
    perMinute,
    trustedProxies: [],
    store: createMemoryStore(),
    onStoreError: (error) => assert.fail(String(error)),
  });
  return createTestApp({ access: { limitRequests: guard } });
}

for (const operation of operations) {
  const { method, template, path, statuses, isSecured } = operation;
  Deno.test(`${method} ${template} needs a token and counts, or neither, as /openapi.json says`, async () => {
    assert.equal(await ask(operation, createGuarded({ hasTokens: true })), isSecured ? 401 : 200);
    const counting = createGuarded({ perMinute: 1 });
    await (await counting.request("/v1/models")).body?.cancel();
    assert.equal(await ask(operation, counting), isSecured ? 429 : 200);
    assert.equal(statuses.includes(401), isSecured);
  });

  Deno.test(`${method} ${template} refuses when the server ends, or does not, as /openapi.json says`, async () => {
    const drain = createDrain();
    void drain.begin();
    // These two are 503 for another reason.
    const staysOpen = /health\/live$/.test(path) || !statuses.includes(503);
    assert.equal(await ask(operation, createTestApp({ drain })), staysOpen ? 200 : 503);
  });
}

for (const { status, operation, path, init, options } of provokedErrors) {
  Deno.test(`${operation.method} ${path} answers ${status} as /openapi.json describes it`, async () => {
    const app = createTestApp(options());
    const [answered] = await withoutLog(() => check(path, init(), operation.template, app));
    assert.equal(answered, status);
  });
}

Deno.test("/openapi.json describes no error that nobody has seen", () => {
  /** Of all addresses at once, above. */
  const ofAll = [200, 401, 503];
  for (const { method, template, statuses, isSecured } of operations) {
    const seen = provokedErrors.filter(({ operation }) => operation.template === template)
      .map(({ status }) => status);
    const all = new Set([...seen, ...ofAll, ...isSecured ? [429] : []]);
    assert.deepEqual(statuses.filter((status) => !all.has(status)), [], `${method} ${template}`);
  }
});
