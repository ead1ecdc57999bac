/**
 * The log: a line for each request, on standard error.
 *
 * @module
 */

import type { Observation, Observer } from "./observation.ts";
import { stageNames } from "./stages.ts";

/** JSON lines for machines, lines for people, or nothing but what failed. */
export const logFormats = ["json", "text", "off"] as const;

/** One of {@linkcode logFormats}. */
export type LogFormat = typeof logFormats[number];

/** A log. */
export interface Log extends Observer {
  /** Writes that something is not as it should be, in any format. */
  warn(message: string): void;
}

/**
 * Makes a log. What it says of a request is what {@linkcode Observation} holds: never what was sent. Requests for
 * health and metrics, which come every few seconds, are left out.
 *
 * @param write Takes a line. @default console.error
 */
export function createLog(
  format: LogFormat,
  write: (line: string) => void = (line) => console.error(line),
): Log {
  const json = format === "json";
  return {
    onEnd(observation) {
      const { route, failure } = observation;
      const routine = /^(\/v2)?\/(health|metrics)/.test(route);
      if (failure === undefined && (format === "off" || routine)) return;
      const fields = fieldsOf(observation);
      write(json ? JSON.stringify(fields) : textOf(fields));
    },
    warn(message) {
      write(json ? JSON.stringify({ time: now(), level: "warning", message }) : message);
    },
  };
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(observation: Observation) {
  const { id, method, route, status, duration, stages, model, failure } = observation;
  return {
    time: now(),
    level: failure === undefined ? "info" : "error",
    id,
    method,
    route,
    status,
    ms: rounded(duration),
    stages: Object.fromEntries(stageNames.flatMap((name) => {
      const spent = stages.durations[name];
      return spent === undefined ? [] : [[name, rounded(spent)]];
    })),
    model,
    engine: observation.engine,
    holder: observation.holder,
    rejection: observation.rejection,
    failure: failure instanceof Error
      ? failure.stack ?? failure.message
      : failure && String(failure),
  };
}

function textOf({ time, stages, ...fields }: Fields): string {
  const { id, method, route, status, ms, model, engine, holder, rejection, failure } = fields;
  const spent = Object.entries(stages).map(([name, duration]) => `${name} ${duration}`).join(" ");
  const parts = [time, method, route, status, rejection && `(${rejection})`, `${ms} ms`];
  const line = [...parts, spent && `[${spent}]`, model, engine, holder, id].filter(Boolean);
  return line.join(" ") + (failure ? `\n${failure}` : "");
}

const now = () => new Date().toISOString();
const rounded = (milliseconds: number) => Math.round(milliseconds * 10) / 10;
