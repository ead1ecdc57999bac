/** Debian's redis-server on a free port of this machine, for one test. */

/** Whether it is installed. */
export async function hasRedis(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("redis-server", { args: ["--version"] }).output();
    return success;
  } catch {
    return false;
  }
}

/** A port that was free. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts it, without a disk. */
export async function startRedis(port = freePort()) {
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
  const decoder = new TextDecoder();
  let log = "";
  const ready = Promise.withResolvers<void>();
  const read = (async () => {
    for await (const part of child.stdout) {
      log += decoder.decode(part, { stream: true });
      if (/ready to accept connections/i.test(log)) ready.resolve();
    }
    ready.reject(new Error(`redis-server ended: ${log}`));
  })();
  await ready.promise;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: (signal: Deno.Signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await read;
    },
  };
}
