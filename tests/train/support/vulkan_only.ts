/**
 * Has Deno look for WebGPU adapters on Linux with Vulkan only: with OpenGL too, a test process can end with "double free
 * or corruption" after its tests have passed. Every test file that asks for an adapter imports this before all else.
 *
 * Deno calls OpenGL through libglvnd's `libEGL.so.1`, which keeps a state for each thread that has called it. A thread
 * frees its own when it ends, and the library's destructor frees those of all threads when the process ends. Deno's
 * test runner ends the process without waiting for the thread that ran the last file: where that thread is still ending,
 * it frees what the main thread has just freed. As AddressSanitizer has it:
 *
 *     freed again by the file's thread:  free, __nptl_deallocate_tsd, start_thread
 *     freed by the main thread:          free, libEGL.so.1 (called by _dl_fini, and that by exit)
 *     allocated by the file's thread:    calloc, libEGL.so.1
 *
 * TensorFlow has no part in it. Programs that are no tests end in the thread that asked, or before their workers do.
 */
if (Deno.build.os === "linux" && !Deno.env.has("DENO_WEBGPU_BACKEND")) {
  Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
}
