/**
 * TensorBoard's events, as far as a training needs them: figures at a step, and a mark where a run goes on.
 *
 * @module
 */
import protobuf from "protobufjs";

/** Source: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what {
      string file_version = 3;
      Summary summary = 5;
      SessionLog session_log = 7;
    }
  }
  message Summary {
    message Value {
      string tag = 1;
      float simple_value = 2;
    }
    repeated Value value = 1;
  }
  message SessionLog {
    enum SessionStatus {
      STATUS_UNSPECIFIED = 0;
      START = 1;
    }
    SessionStatus status = 1;
  }
`);
const eventType = root.lookupType("Event");
const sessionStart = root.lookupEnum("SessionLog.SessionStatus").values.START;

/** What happened. */
export type TrainingEvent =
  /** The first event of every file. */
  | { readonly kind: "version" }
  /** What was written of this step and later ones no longer holds: a run goes on from here. */
  | { readonly kind: "start"; readonly step: number }
  /** Figures by name; TensorBoard puts those together that begin alike, up to a slash. */
  | {
    readonly kind: "scalars";
    readonly step: number;
    readonly scalars: Readonly<Record<string, number>>;
  };

/**
 * The bytes of an event.
 *
 * @param wallTime Seconds since 1970.
 */
export function encodeEvent(event: TrainingEvent, wallTime: number): Uint8Array {
  return eventType.encode({ wallTime, ...messageOf(event) }).finish();
}

function messageOf(event: TrainingEvent) {
  switch (event.kind) {
    case "version":
      return { fileVersion: "brain.Event:2" };
    case "start":
      return { step: event.step, sessionLog: { status: sessionStart } };
    case "scalars": {
      const value = Object.entries(event.scalars)
        .map(([tag, simpleValue]) => ({ tag, simpleValue }));
      return { step: event.step, summary: { value } };
    }
  }
}
