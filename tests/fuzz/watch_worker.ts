/** The thread of a watch. */

import type { WatchMessage } from "./watch.ts";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent<WatchMessage>) => void };

let timer: ReturnType<typeof setTimeout> | undefined;

scope.onmessage = ({ data: { name, bytes, folder, limit } }) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    Deno.writeFileSync(new URL(name, folder), bytes);
    console.error(`${name}: the decoder has not come back after ${limit} ms`);
    // The thread that hangs cannot be asked to end.
    Deno.kill(Deno.pid, "SIGKILL");
  }, limit);
};
