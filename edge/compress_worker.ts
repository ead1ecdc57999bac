/**
 * The thread that compresses one large file.
 *
 * @module
 */
import { compressNow } from "./compress.ts";

/** The part of a worker's scope that is needed here; its types clash with those of the main thread. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Uint8Array>) => void;
  postMessage(compressed: Uint8Array): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => scope.postMessage(compressNow(data));
