/**
 * What a decoder is asked for, and what it answers. One request at a time; each gets exactly one answer.
 *
 * @module
 */

import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ModelCard } from "../../shared/model_card.ts";
import type { Mask, Slice } from "../../shared/volume.ts";
import type { Limits } from "../limits.ts";
import type { Inference } from "../open_inference/read_request.ts";
import type { MaskFile } from "../volume/mask_file.ts";
import type { ReadVolume, VolumeLimits } from "../volume/read_volume.ts";
import type { Body } from "./body.ts";

/** What a slice or a mask may ask for. */
export type SliceLimits = Pick<Limits, "maxPixels" | "maxChannels">;

/** The one image of a body, or of its form's field `image`. */
export interface SliceRequest {
  readonly kind: "slice";
  readonly body: Body;
  readonly limits: SliceLimits;
}

/** The masks in a form's fields `prediction` and `reference`. */
export interface MasksRequest {
  readonly kind: "masks";
  readonly body: Body;
  readonly limits: SliceLimits;
}

/** The tensor of an infer request. */
export interface TensorRequest {
  readonly kind: "tensor";
  readonly body: Body;
  /** The header `Inference-Header-Content-Length`. */
  readonly headerLength?: string;
  readonly maxBytes: number;
}

/** A whole patient, which the decoder keeps the geometry of. */
export interface VolumeRequest {
  readonly kind: "volume";
  readonly body: Body;
  readonly card: ModelCard;
  readonly limits: VolumeLimits;
}

/** The file of a mask of the patient that was asked for before. */
export interface MaskFileRequest {
  readonly kind: "maskFile";
  readonly mask: Mask;
  /** Name and version of the model that drew it. */
  readonly model: string;
}

/** What a decoder may be asked for. */
export type DecodeRequest =
  | SliceRequest
  | MasksRequest
  | TensorRequest
  | VolumeRequest
  | MaskFileRequest;

/** What each request gives. */
export interface DecodeResults {
  readonly slice: Slice;
  readonly masks: readonly [prediction: Mask, reference: Mask];
  readonly tensor: Inference;
  readonly volume: ReadVolume;
  readonly maskFile: MaskFile;
}

/** A result, or what is wrong with the request; the message may be told. */
export type DecodeAnswer =
  | { readonly kind: "done"; readonly result: DecodeResults[keyof DecodeResults] }
  | { readonly kind: "refused"; readonly status: ContentfulStatusCode; readonly message: string }
  | { readonly kind: "failed"; readonly error: Error };
