/** Events are, byte for byte, those that TensorBoard's own package writes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { encodeEvent, type TrainingEvent } from "../../../train/tensorboard/event.ts";
import { encodeRecord } from "../../../train/tensorboard/record.ts";

interface Golden {
  readonly wallTime: number;
  readonly events: readonly {
    readonly event: TrainingEvent;
    readonly record: string;
  }[];
}

const golden: Golden = JSON.parse(
  await readFile(new URL("../../golden/tensorboard_events.json", import.meta.url), "utf8"),
);

for (const { event, record } of golden.events) {
  Deno.test(`encodeEvent and encodeRecord write what TensorBoard writes: ${event.kind}`, () => {
    const written = encodeRecord(encodeEvent(event, golden.wallTime));
    assert.equal(written.toHex(), record);
  });
}
