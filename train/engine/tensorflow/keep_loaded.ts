/**
 * Keeps a library in memory until the process is gone.
 *
 * @module
 */

/** From Linux's `dlfcn.h`: only where it is open already, and never to be closed. */
const flags = 0x1 | 0x4 | 0x1000;

/**
 * Makes closing an open library harmless. Deno closes libraries when a process ends, while threads that
 * TensorFlow has started (those of its gRPC server, say) still run code of theirs.
 */
export function keepLoaded(path: string): void {
  const loader = Deno.dlopen("libdl.so.2", {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
  });
  loader.symbols.dlopen(new TextEncoder().encode(`${path}\0`), flags);
  loader.close();
}
