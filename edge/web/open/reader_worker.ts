/** The worker that reads files: decoding hundreds of slices would keep the page from drawing. */

import { messageOf } from "../../message_of.ts";
import { readFiles } from "./read_files.ts";
import type { ReadAnswer, ReadRequest } from "./read_protocol.ts";
import type { Opened } from "./scan.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<ReadRequest>) => void;
  postMessage(answer: ReadAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Everything large, which moves to the page instead of being copied. */
function buffersOf({ scan, masks }: Opened): ArrayBuffer[] {
  const arrays = masks.map(({ mask }) => mask.data.buffer);
  return [...new Set(scan ? [scan.volume.data.buffer, ...arrays] : arrays)] as ArrayBuffer[];
}

scope.onmessage = async ({ data: { files, preprocessing } }) => {
  try {
    const opened = await readFiles(files, preprocessing, (done, total) => {
      scope.postMessage({ kind: "progress", done, total }, []);
    });
    scope.postMessage({ kind: "opened", opened }, buffersOf(opened));
  } catch (error) {
    scope.postMessage({ kind: "failed", message: messageOf(error) }, []);
  }
};
