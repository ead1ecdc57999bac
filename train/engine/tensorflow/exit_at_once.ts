/**
 * Ends the process from any of its threads.
 *
 * @module
 */

/**
 * Ends the process with `code`, whatever its other threads are doing. `Deno.exit` in a worker ends the worker
 * only, and waits for a main thread that is deep in a library's call.
 */
export function exitAtOnce(code: number): void {
  const libc = Deno.dlopen("libc.so.6", { _exit: { parameters: ["i32"], result: "void" } });
  libc.symbols._exit(code);
}
