/**
 * What prepare_in_browser.ts runs in workers, as the page does: takes a scan, and prepares it whenever it is told to.
 *
 * @module
 */
import { prepareScan } from "../../edge/web/open/prepare_scan.ts";
import { foregroundPreprocessing } from "../../shared/scaling.ts";
import type { Volume } from "../../shared/volume.ts";

/** A volume whose voxels are fetched. */
export interface PrepareRequest {
  readonly shape: Omit<Volume, "data">;
  /** Where its bytes are. */
  readonly voxels: string;
  readonly type: "Uint8Array" | "Uint16Array" | "Float32Array";
}

interface WorkerScope {
  onmessage: (event: MessageEvent<PrepareRequest | "prepare">) => void;
  postMessage(answer: "done"): void;
}

const scope = globalThis as unknown as WorkerScope;

let volume: Volume;

/** Prepares in the call itself, which is what the browser's trace times. */
scope.onmessage = async ({ data: request }) => {
  if (request === "prepare") {
    const scan = { name: "", kind: "image", volume, sliceNames: [], notes: [], files: [] } as const;
    prepareScan(scan, foregroundPreprocessing);
  } else {
    const bytes = await (await fetch(request.voxels)).arrayBuffer();
    volume = { ...request.shape, data: new globalThis[request.type](bytes) };
  }
  scope.postMessage("done");
};
