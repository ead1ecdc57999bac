/** The server under OpenTelemetry, with a receiver of its own. */

import assert from "node:assert/strict";
import { readBytes, slicePath } from "../support/files.ts";
import { argumentsOfTask, startServer } from "../support/running_server.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}

/** What Deno exports over OTLP with JSON. */
interface Export {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: readonly Span[] }[] }[];
}

/** Takes traces as a collector does. */
function receiveSpans() {
  const spans: Span[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const text = await request.text();
    if (new URL(request.url).pathname === "/v1/traces") {
      for (const { scopeSpans } of (JSON.parse(text) as Export).resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
    }
    return Response.json({});
  });
  return { spans, server, url: `http://127.0.0.1:${server.addr.port}` };
}

Deno.test("deno task edge sends the stages of a request as spans", async () => {
  const receiver = receiveSpans();
  const env = {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
  const args = [...await argumentsOfTask("edge"), "--port", "0", "--engine", "wasm"];
  {
    await using server = await startServer(args, { env });
    const response = await fetch(`${server.url}v1/segment?id=JaneDoe&output=overlay`, {
      method: "POST",
      body: await readBytes(slicePath),
    });
    assert.equal(response.status, 200);
    await response.body?.cancel();
    await server.stop("SIGTERM");
  }
  await receiver.server.shutdown();

  const request = receiver.spans.find(({ name }) => name === "POST /v1/segment");
  assert.ok(request, `no span of the request among ${receiver.spans.map(({ name }) => name)}`);
  const attributes = Object.fromEntries(
    request.attributes.map(({ key, value }) => [key, value.stringValue]),
  );
  assert.equal(attributes["http.route"], "/v1/segment");
  const stages = receiver.spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
  stages.sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  assert.deepEqual(
    stages.map(({ name }) => name),
    ["decode", "wait", "preprocess", "infer", "postprocess", "encode"],
  );
  for (const { traceId, startTimeUnixNano, endTimeUnixNano } of stages) {
    assert.equal(traceId, request.traceId);
    assert.ok(BigInt(startTimeUnixNano) >= BigInt(request.startTimeUnixNano));
    assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
  }
  // Deno's own span has the whole address, which operations.md says how to drop; nothing else has any of it.
  const address = ["url.full", "url.query"];
  const others = receiver.spans.map(({ attributes, ...span }) => ({
    ...span,
    attributes: attributes.filter(({ key }) => !address.includes(key)),
  }));
  assert.doesNotMatch(JSON.stringify(others), /JaneDoe/);
});
