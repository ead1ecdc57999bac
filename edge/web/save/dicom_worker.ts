/** The worker that writes masks as DICOM-SEG, in the frames of the series, which it reads again for that. */

import type { DicomGeometry } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import type { Mask } from "../../../shared/volume.ts";
import { readDicomFiles } from "../open/dicom_files.ts";
import type { EncodeAnswer } from "./nifti_worker.ts";

/** A mask, and the series that it was made for. */
export interface DicomRequest {
  readonly mask: Mask;
  readonly files: readonly File[];
  /** The model that drew it. */
  readonly algorithm: string;
}

interface WorkerScope {
  onmessage: (event: MessageEvent<DicomRequest>) => void;
  postMessage(answer: EncodeAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data: { mask, files, algorithm } }) => {
  try {
    const { geometry } = await readDicomFiles(files, () => {});
    const file = encodeDicomSegmentation(mask, geometry as DicomGeometry, { algorithm });
    scope.postMessage({ file: file as Uint8Array<ArrayBuffer> }, [file.buffer as ArrayBuffer]);
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) }, []);
  }
};
