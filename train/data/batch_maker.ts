/**
 * Batches of samples, made where they are asked for: in line, or in a worker.
 *
 * @module
 */
import type { Preprocessing } from "../../shared/scaling.ts";
import type { PreparedPatient } from "./prepared_patient.ts";
import type { Augmentation } from "./augmentation.ts";
import { roundToBfloat16 } from "./bfloat16.ts";
import type { ImageSize } from "./movement.ts";
import { randomAt } from "./random_at.ts";
import { SampleMaker } from "./sample.ts";

/** What batches are made of. */
export interface BatchSettings {
  readonly augmentation: Augmentation;
  readonly preprocessing: Preprocessing;
  readonly size: ImageSize;
  readonly crop?: ImageSize;
  /** The run's seed. */
  readonly seed: number;
}

/** One slice, by the indices of its patient and of itself. */
export interface SliceIndex {
  readonly patient: number;
  readonly slice: number;
}

/** A batch to be made. */
export interface BatchRequest {
  readonly epoch: number;
  /** Of the first slice in the epoch, from 0. */
  readonly position: number;
  readonly slices: readonly SliceIndex[];
}

/** Memory of a batch; large enough for the batches it is used for. */
export interface BatchArrays {
  /** [slices, height, width, sequences]: float32, or the bits of bfloat16. */
  readonly image: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** [slices, height, width]. */
  readonly mask: Uint8Array<ArrayBuffer>;
}

/** Makes the batches of one set of patients. */
export class BatchMaker {
  readonly #patients: readonly PreparedPatient[];
  readonly #seed: number;
  readonly #size: ImageSize;
  readonly #samples: SampleMaker;
  /** A sample's image before it is rounded to bfloat16. */
  readonly #unrounded: Float32Array;

  constructor(patients: readonly PreparedPatient[], { seed, ...settings }: BatchSettings) {
    this.#patients = patients;
    this.#seed = seed;
    this.#size = settings.size;
    this.#samples = new SampleMaker(settings);
    const { height, width } = settings.size;
    this.#unrounded = new Float32Array(height * width * patients[0].sequences.length);
  }

  /**
   * Writes a batch. A sample depends on its slice, the seed, the epoch and its position there: not on the
   * batch it is in, nor on what was made before.
   */
  make({ epoch, position, slices }: BatchRequest, { image, mask }: BatchArrays): void {
    const pixels = this.#size.height * this.#size.width, values = this.#unrounded.length;
    for (const [place, { patient: owner, slice }] of slices.entries()) {
      const patient = this.#patients[owner];
      const random = randomAt(this.#seed, epoch, position + place);
      const sample = image.subarray(place * values, (place + 1) * values);
      const isRounded = sample instanceof Uint16Array;
      this.#samples.write(
        patient,
        slice,
        this.#samples.draw(patient, slice, random),
        isRounded ? this.#unrounded : sample,
        mask.subarray(place * pixels, (place + 1) * pixels),
      );
      if (isRounded) roundToBfloat16(this.#unrounded, sample);
    }
  }
}
