/**
 * Traces: a span for each stage, below the span that Deno opens for a request where OpenTelemetry is on
 * (`OTEL_DENO=true`). Where it is off, all this does nothing. Deno's own span holds the whole address, query and all,
 * which cannot be taken out here: see operations.md.
 *
 * @module
 */

import { trace } from "@opentelemetry/api";
import type { Observer } from "./observation.ts";

/** Makes spans of stages, and names the request's own for its route. */
export function createSpans(): Observer {
  const tracer = trace.getTracer("gliomap");
  return {
    onStart({ method, route }) {
      const span = trace.getActiveSpan();
      span?.updateName(`${method} ${route}`);
      span?.setAttribute("http.route", route);
    },
    onStage({ name, duration, end }) {
      const endTime = performance.timeOrigin + end;
      tracer.startSpan(name, { startTime: endTime - duration }).end(endTime);
    },
  };
}
