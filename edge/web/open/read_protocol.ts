/** The messages between the page and the worker that reads files. */

import type { Preprocessing } from "../../../shared/scaling.ts";
import type { Opened } from "./scan.ts";

/** Files to read; the worker answers with progress, and then with one of the other two. */
export interface ReadRequest {
  readonly files: readonly File[];
  /** How the model wants its input scaled. */
  readonly preprocessing: Preprocessing;
}

/** How many of the files have been read. */
export interface ReadProgress {
  readonly kind: "progress";
  readonly done: number;
  readonly total: number;
}

/** Progress, which comes as often as there is some, and then what was opened or why it cannot be. */
export type ReadAnswer =
  | ReadProgress
  | { readonly kind: "opened"; readonly opened: Opened }
  | { readonly kind: "failed"; readonly message: string };
