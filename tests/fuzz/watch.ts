/** Decoders that do not come back: nothing in their own thread could tell. */

/** Looks after one input at a time. */
export interface Watch extends Disposable {
  /** Ends the process, and keeps the file under its name, unless the next input begins within the limit. */
  begin(name: string, bytes: Uint8Array): void;
}

/** What a watch tells its thread; nothing: all is over. */
export interface WatchMessage {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly folder: string;
  readonly limit: number;
}

/**
 * Starts a watch, in a thread of its own.
 *
 * @param folder Where the file is kept; its address ends in a slash.
 * @param limit Milliseconds.
 */
export function watchForHangs(folder: URL, limit: number): Watch {
  const worker = new Worker(new URL("./watch_worker.ts", import.meta.url), { type: "module" });
  return {
    begin(name, bytes) {
      worker.postMessage({ name, bytes, folder: folder.href, limit } satisfies WatchMessage);
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}
