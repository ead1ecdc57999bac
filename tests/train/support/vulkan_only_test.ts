/** How a test process ends in which an adapter was asked for. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "./temporary_folder.ts";

/**
 * A test file whose thread ends while the process does, at the worst moment: after the libraries' destructors have run.
 * A destructor of the thread's data sleeps first, 2 s, for as long as these take; then the last stream to be flushed,
 * 4 s, for as long as the thread takes to end.
 */
const testFile = `
  import ${JSON.stringify(import.meta.resolve("./vulkan_only.ts"))};
  const { symbols: c } = Deno.dlopen("libc.so.6", {
    dlsym: { parameters: ["usize", "buffer"], result: "pointer" },
    pthread_key_create: { parameters: ["buffer", "pointer"], result: "i32" },
    pthread_setspecific: { parameters: ["u32", "usize"], result: "i32" },
    fopencookie: {
      parameters: ["usize", "buffer", { struct: ["usize", "pointer", "usize", "usize"] }],
      result: "pointer",
    },
    fputc: { parameters: ["i32", "pointer"], result: "i32" },
  });
  const text = (string) => new TextEncoder().encode(string + "\\0");
  const sleep = c.dlsym(0n, text("sleep")), key = new Uint32Array(1);
  c.pthread_key_create(key, sleep);
  c.pthread_setspecific(key[0], 2n);
  const write = BigUint64Array.of(0n, Deno.UnsafePointer.value(sleep), 0n, 0n);
  c.fputc(0, c.fopencookie(4n, text("w"), new Uint8Array(write.buffer)));
  await navigator.gpu?.requestAdapter();
  Deno.test("passes", () => {});
`;

Deno.test({
  name:
    "A test process that has asked for a WebGPU adapter ends well if its last file's thread outlives the libraries",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "adapter_test.js"), testFile);
      // Not what test files that ran before have set.
      const { DENO_WEBGPU_BACKEND: _, ...inherited } = Deno.env.toObject();
      const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--allow-all", "--no-config", "adapter_test.js"],
        cwd: folder,
        // glibc's own check, so that no double free goes unnoticed.
        env: { ...inherited, LD_PRELOAD: "libc_malloc_debug.so.0", MALLOC_CHECK_: "3" },
        clearEnv: true,
      }).output();
      const [said, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, said + failed);
      assert.match(said, /1 passed/);
    }),
});
