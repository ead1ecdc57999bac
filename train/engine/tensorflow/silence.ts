/**
 * Runs something while standard error goes nowhere. TensorFlow's libraries print a greeting from their
 * static initialisers, before any setting of theirs can be heard.
 *
 * @module
 */

const standardError = 2;
const writeOnly = 1;

/** Calls `action` with file descriptor 2 pointing to `/dev/null`; an exception comes through. */
export function withoutStandardError<T>(action: () => T): T {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { open, dup, dup2, close } = libc.symbols;
  const kept = dup(standardError);
  const nowhere = open(new TextEncoder().encode("/dev/null\0"), writeOnly);
  dup2(nowhere, standardError);
  try {
    return action();
  } finally {
    dup2(kept, standardError);
    close(kept);
    close(nowhere);
    libc.close();
  }
}
