/**
 * As `dying_training.ts`, by a clock on which it is six minutes later whenever somebody looks: so a save is due after
 * every step.
 */
let minutes = 0;
performance.now = () => (minutes += 6) * 60_000;

await import("./dying_training.ts");
