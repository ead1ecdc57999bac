import { quoted } from "../shared/printable.ts";

/** A model was asked for that is not there. */
export class UnknownModelError extends Error {
  override readonly name = "UnknownModelError";

  /** @param names The models there are. */
  constructor(asked: string, readonly names: readonly string[]) {
    super(
      `Cannot find the model as it must be one of ${names.join(", ")}: current value is ${
        quoted(asked)
      }`,
    );
  }
}
