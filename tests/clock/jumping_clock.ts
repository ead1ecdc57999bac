/**
 * A clock on the wall that is set while the program runs, for `deno run --preload`: first forth by 50 hours, then back by
 * one again and again. `performance.now()` and timers go on as ever, as they do on a machine whose clock is set.
 */

const hour = 3_600_000, { now } = Date;

/** Milliseconds between two jumps. */
const pause = 300;

function offset(): number {
  const jumps = Math.floor(performance.now() / pause);
  return jumps === 0 ? 0 : hour * (51 - jumps);
}

globalThis.Date = new Proxy(Date, {
  apply: (target) => new target(now() + offset()).toString(),
  construct: (target, values) =>
    Reflect.construct(target, values.length > 0 ? values : [now() + offset()]),
  get: (target, name) => name === "now" ? () => now() + offset() : Reflect.get(target, name),
});
