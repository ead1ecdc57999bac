/** A stream that calls itself a terminal, or does not, and keeps what is written to it. */
import { Writable } from "node:stream";

/** The stream, and all that was written to it. */
export function terminalStream({ isTTY = true, columns = 120 } = {}) {
  const written: string[] = [];
  const writable = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  Object.assign(writable, { isTTY, columns });
  const text = () => written.join("");
  return {
    stream: writable as unknown as NodeJS.WriteStream,
    text,
    /** The line that was drawn last. */
    // deno-lint-ignore no-control-regex
    line: () => text().split(/\x1b\[1G/).at(-1)!.replace(/\x1b.*/s, ""),
  };
}
