/**
 * A server that goes on listening. Deno ends one that could not take a connection, as where too many files are open, and
 * the process with it; what was taken before would be answered still.
 *
 * @module
 */

/** Milliseconds until it is tried again: some connections may have ended by then. */
const pause = 1000;

/**
 * Serves as `Deno.serve` does, and listens again, at the same address, whenever it cannot take a connection.
 *
 * @param onLost Told why, each time.
 * @throws {Error} when the address cannot be had at all.
 */
export function keepListening(
  options: Deno.ServeTcpOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  onLost: (error: unknown) => void,
): Pick<Deno.HttpServer, "shutdown"> {
  let ended = false;
  function listen(options: Deno.ServeTcpOptions): Deno.HttpServer<Deno.NetAddr> {
    const server = Deno.serve(options, handler);
    server.finished.catch(listenAgain);
    return server;
  }
  function listenAgain(error: unknown): void {
    if (ended) return;
    onLost(error);
    setTimeout(() => {
      if (ended) return;
      try {
        server = listen({ ...options, port: address.port, onListen() {} });
      } catch (error) {
        listenAgain(error);
      }
    }, pause);
  }
  let server = listen(options);
  const address = server.addr;
  return {
    shutdown() {
      ended = true;
      return server.shutdown();
    },
  };
}
