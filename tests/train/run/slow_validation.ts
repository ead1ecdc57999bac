/** `deno task train` with the command's arguments, which takes a second and a half for each batch that it measures on. */
import { hearMoments } from "./moments.ts";

await hearMoments((moment) => {
  if (moment === "validation") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
});

await import("../../../train/commands/train.ts");
