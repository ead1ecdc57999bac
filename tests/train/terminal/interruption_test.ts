/** What an interruption makes of signals, by a clock that stands still. */
import assert from "node:assert/strict";
import process from "node:process";
import {
  InterruptedError,
  Interruption,
  type InterruptionSignal,
  oneRequestMilliseconds,
} from "../../../train/terminal/interruption.ts";

/** Sends signals at times, in milliseconds; tells the lines that were said and the statuses that the process ended with. */
function hear(
  signals: readonly (readonly [InterruptionSignal, number])[],
  { hasTerminal = false, tell = (_line: string) => {} } = {},
) {
  const lines: string[] = [], statuses: number[] = [];
  let time = 0, error: unknown;
  const interruption = new Interruption((line) => {
    lines.push(line);
    tell(line);
  }, { hasTerminal, now: () => time, exit: (status) => void statuses.push(status) });
  try {
    for (const [signal, at] of signals) {
      time = at;
      process.emit(signal, signal);
    }
    interruption.throwIfRequested("the run is saved");
  } catch (thrown) {
    error = thrown;
  } finally {
    interruption.stop();
  }
  return { lines, statuses, error };
}

Deno.test("Interruption tells the first signal, and the error says which one it was", () => {
  assert.deepEqual(hear([]), { lines: [], statuses: [], error: undefined });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const { lines, statuses, error } = hear([[signal, 5]]);
    assert.deepEqual(lines, ["Saving after this batch; Ctrl-C again ends at once"]);
    assert.deepEqual(statuses, []);
    assert.ok(error instanceof InterruptedError);
    assert.equal(error.signal, signal);
    assert.equal(error.message, "Interrupted; the run is saved");
  }
});

Deno.test("Interruption takes signals that come together for one, as task runners hand on what all have got", () => {
  const together = [5, 5, 6, 5 + oneRequestMilliseconds - 1];
  const { lines, statuses } = hear(together.map((time) => ["SIGINT", time]));
  assert.deepEqual([lines.length, statuses], [1, []]);
});

Deno.test("Interruption ends the process at the second request, with the status that shells know", () => {
  const end = (signal: InterruptionSignal) => hear([["SIGINT", 5], [signal, 1005]]).statuses;
  assert.deepEqual([end("SIGINT"), end("SIGTERM")], [[130], [143]]);
});

Deno.test("Interruption hears of a closed terminal where there is one, also when nothing can be told there", () => {
  assert.equal(hear([["SIGHUP", 5]]).error, undefined);
  const { error } = hear([["SIGHUP", 5]], {
    hasTerminal: true,
    tell: () => {
      throw new Error("Input/output error");
    },
  });
  assert.ok(error instanceof InterruptedError && error.signal === "SIGHUP");
});

Deno.test("Interruption leaves no listener behind", () => {
  const count = () => process.listenerCount("SIGINT") + process.listenerCount("SIGHUP");
  const before = count();
  hear([["SIGINT", 5]]);
  assert.equal(count(), before);
});
