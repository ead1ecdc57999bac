/**
 * A client of the API, the same in Deno, in Node and in a browser: typed by the server's own routes, with progress,
 * cancelling, and patience where the server asks for it.
 *
 * @module
 */

import { hc } from "hono/client";
import { decodeRunLength } from "../shared/run_length.ts";
import type { Mask } from "../shared/volume.ts";
import type {
  DiceAnswer,
  ModelsAnswer,
  SegmentAnswer,
  VolumeAnswer,
  VolumeEvent,
} from "./answer.ts";
import type { Api } from "./app.ts";
import { retryingFetch, type RetryOptions } from "./client_retry.ts";

/** How to reach the server. */
export interface ClientOptions extends RetryOptions {
  /** Sent with every request, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What can be asked for with every request. */
export interface RequestOptions {
  /** Name of a model; absent: the server's default. */
  readonly model?: string;
  /** The answer repeats it. */
  readonly id?: string;
  /** Cancels the request; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How far a patient is. */
export interface VolumeProgress {
  /** Slices. */
  readonly done: number;
  readonly total: number;
  /** The slice that is done, and its area before the whole is cleaned. */
  readonly index: number;
  readonly areaPixels: number;
}

/** What can be asked for with a patient. */
export interface VolumeOptions extends RequestOptions {
  readonly onProgress?: (progress: VolumeProgress) => void;
}

/** A slice's segmentation, its mask as pixels [height, width]. */
export type SliceResult = Omit<SegmentAnswer, "mask"> & { readonly mask: Mask };

/** A patient's segmentation, its mask as a file. */
export type VolumeResult = Omit<VolumeAnswer, "event" | "mask"> & { readonly mask: File };

/** The server's refusal. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  /**
   * @param status The HTTP status.
   * @param models The models there are, where one was asked for that is not among them.
   */
  constructor(message: string, readonly status: number, readonly models?: readonly string[]) {
    super(message);
  }
}

/**
 * An API to ask. Everything rejects with an {@linkcode ApiError} where the server refuses, with the signal's reason
 * where it aborts (a `DOMException` named `AbortError`, or `TimeoutError` of `AbortSignal.timeout()`, unless it was
 * given another), and with a `TypeError` where there is no server. Times are in milliseconds, and every outline comes
 * with `warnings`, which say why it may be worth less than the model's card promises.
 */
export interface Client {
  /**
   * The outline in one slice.
   *
   * @param image A TIFF, PNG, JPEG or WebP with the channels of the model.
   * @returns The mask [height, width] of the image's own size, and its area in pixels. Where there is no tumor, the
   * mask is all 0, the area 0, and `meanProbability` null.
   */
  segment(image: Blob, options?: RequestOptions): Promise<SliceResult>;
  /**
   * The outline of a patient.
   *
   * @param files One file (a NIfTI, or a zip), or several whose names tell their order or their sequence.
   * @returns The mask as a file in the space of what was sent (a NIfTI, a DICOM-SEG, or a zip of PNGs for slices);
   * `shape` [slices, height, width] and `spacing` along the same axes in mm; the volume in ml; the area of each slice
   * in pixels. `spacing` and the volume are null where the files do not tell. Where there is no tumor, the mask is all
   * 0, the volume 0 ml, `largestSlice` null, and so is each slice's `meanProbability`.
   */
  segmentVolume(files: Blob | readonly File[], options?: VolumeOptions): Promise<VolumeResult>;
  /**
   * Dice of two masks.
   *
   * @param prediction An image whose pixels are 0 and 255, or 0 and 1.
   * @param reference Another of the same size.
   * @returns Dice from 0 to 1, null where neither has a tumor, and the pixels that they agree and differ in.
   */
  dice(
    prediction: Blob,
    reference: Blob,
    options?: Omit<RequestOptions, "model">,
  ): Promise<DiceAnswer>;
  /** The models and their cards. */
  models(options?: Pick<RequestOptions, "signal">): Promise<ModelsAnswer>;
}

/**
 * Makes a client. It asks a busy server again ({@linkcode retryingFetch}).
 *
 * @param url The server's address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * // Stands in for the server's answer. Without `fetch`, the client asks the address.
 * const mask = { name: "flair_mask.nii.gz", type: "application/gzip", base64: "H4sI" };
 * const events = [
 *   { event: "slice", index: 0, areaPixels: 250, done: 1, total: 1 },
 *   { event: "result", tumorVolumeMl: 1.25, largestSlice: 0, mask },
 * ];
 * const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
 *
 * const client = createClient("http://127.0.0.1:8000", {
 *   fetch: () => Promise.resolve(new Response(lines)),
 * });
 * const progress: string[] = [];
 * const result = await client.segmentVolume(new File(["..."], "flair.nii.gz"), {
 *   onProgress: ({ done, total }) => progress.push(`${done} of ${total}`),
 * });
 * assert.deepEqual(progress, ["1 of 1"]);
 * assert.equal(result.tumorVolumeMl, 1.25);
 * assert.equal(result.mask.name, "flair_mask.nii.gz");
 * ```
 */
export function createClient(
  url: string | URL,
  { headers, ...retries }: ClientOptions = {},
): Client {
  const api = hc<Api>(`${url}`.replace(/\/$/, ""), { headers, fetch: retryingFetch(retries) });
  const post = (init: RequestInit) => ({ init: { method: "POST", ...init } });
  return {
    async segment(image, { signal, ...query } = {}) {
      const accept = { Accept: "application/json" };
      const init = { body: image, headers: { ...headers, ...accept }, signal };
      const answer = await jsonOf<SegmentAnswer>(await api.v1.segment.$post({ query }, post(init)));
      return { ...answer, mask: decodeRunLength(answer.mask) };
    },
    async segmentVolume(files, { signal, onProgress, ...query } = {}) {
      const accept = { Accept: "application/x-ndjson" };
      const body = files instanceof Blob ? bodyOfFile(files) : formOf(files);
      const init = { body, headers: { ...headers, ...accept }, signal };
      const response = await api.v1.volumes.$post({ query }, post(init));
      await assertOk(response);
      return await resultOf(response, onProgress);
    },
    async dice(prediction, reference, { signal, ...query } = {}) {
      const body = new FormData();
      body.append("prediction", prediction);
      body.append("reference", reference);
      return await jsonOf<DiceAnswer>(
        await api.v1.dice.$post({ query }, post({ body, headers, signal })),
      );
    },
    models: async ({ signal } = {}) =>
      await jsonOf<ModelsAnswer>(await api.v1.models.$get({}, { init: { headers, signal } })),
  };
}

/** A file whose name says something goes as a form, so that the name goes with it. */
function bodyOfFile(file: Blob): BodyInit {
  return file instanceof File && file.name ? formOf([file]) : file;
}

function formOf(files: readonly File[]): FormData {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  return form;
}

/** The parts of a response that are looked at. */
interface Answered {
  readonly ok: boolean;
  readonly status: number;
  readonly json: () => Promise<unknown>;
}

/** Rejects with what the server says is wrong. */
async function assertOk(response: Answered): Promise<void> {
  if (response.ok) return;
  const told = await response.json().catch(() => ({})) as { error?: string; models?: string[] };
  const message = told.error ?? `The server answered with status ${response.status}`;
  throw new ApiError(message, response.status, told.models);
}

async function jsonOf<Answer>(response: Answered): Promise<Answer> {
  await assertOk(response);
  return await response.json() as Answer;
}

/** The end of a stream of events, which tells of its progress on the way. */
async function resultOf(
  response: { readonly body: ReadableStream<Uint8Array> | null },
  onProgress?: (progress: VolumeProgress) => void,
): Promise<VolumeResult> {
  for await (const line of linesOf(response.body!)) {
    const told = JSON.parse(line) as VolumeEvent;
    if (told.event === "error") throw new ApiError(told.error, told.status);
    if (told.event === "slice") {
      const { done, total, index, areaPixels } = told;
      onProgress?.({ done, total, index, areaPixels });
    } else if (told.event === "result") {
      const { event: _, mask: { name, type, base64 }, ...rest } = told;
      return { ...rest, mask: new File([bytesOf(base64)], name, { type }) };
    }
  }
  throw new ApiError("The server's answer ended before its result", 502);
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder(), reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = lines.pop()!;
      yield* lines;
      if (done) break;
    }
    if (rest) yield rest;
  } finally {
    // Whoever stops listening frees the server as well.
    await reader.cancel().catch(() => {});
  }
}

/** Not every browser and Node has `Uint8Array.fromBase64` yet. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
