/** The worker that writes masks as DICOM-SEG, in the frames of the series, which it reads again for that. */

import type { DicomGeometry } from "../../../shared/dicom/decode.ts";
import { encodeDicomSegmentation } from "../../../shared/dicom/segmentation.ts";
import type { Mask } from "../../../shared/volume.ts";
import { readDicomFiles } from "../open/dicom_files.ts";
import { serveEncoding } from "./serve_encoding.ts";

/** A mask, and the series that it was made for. */
export interface DicomRequest {
  readonly mask: Mask;
  readonly files: readonly File[];
  /** The model that drew it. */
  readonly algorithm: string;
}

serveEncoding<DicomRequest>(async ({ mask, files, algorithm }) => {
  const { geometry } = await readDicomFiles(files, () => {});
  return encodeDicomSegmentation(mask, geometry as DicomGeometry, { algorithm });
});
