/** The messages between the page and the worker that asks the edge. */

/** A scan to send; the worker answers with progress, with slices, and last with one of the other two. */
export interface ServerRequest {
  /** Where the API is. */
  readonly url: string;
  readonly token?: string;
  /** The name of the model; absent: the server's default. */
  readonly model?: string;
  /** As they were opened, without masks. */
  readonly files: readonly File[];
}

/** Progress in slices, masks of 0 and 1 [height, width], and then that all are done or why they cannot be. */
export type ServerAnswer =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | {
    readonly kind: "slice";
    readonly index: number;
    readonly mask: Uint8Array<ArrayBuffer>;
    /** From the request to the answer, shared equally by the slices. */
    readonly milliseconds: number;
  }
  | { readonly kind: "done" }
  | {
    readonly kind: "failed";
    readonly message: string;
    /** Of the server's answer, where it gave one. */
    readonly status?: number;
  };
