/**
 * Who decodes the bodies of requests: a few threads for small ones, and a thread of its own for each whole patient,
 * which gives all its memory back when it ends.
 *
 * @module
 */

import type { ModelCard } from "../../shared/model_card.ts";
import { createOverdue } from "../../shared/inference/overdue.ts";
import type { Mask, Slice } from "../../shared/volume.ts";
import type { Limits } from "../limits.ts";
import type { Inference } from "../open_inference/read_request.ts";
import type { MaskFile } from "../volume/mask_file.ts";
import type { ReadVolume } from "../volume/read_volume.ts";
import type { Body } from "./body.ts";
import type { DecodeRequest, DecodeResults } from "./protocol.ts";
import type { DecodingThread } from "./thread.ts";

/** A patient that has been read, and the thread that keeps its files. */
export interface OpenVolume {
  readonly read: ReadVolume;
  /**
   * The mask in the space of what was sent.
   *
   * @param model Name and version of the model that drew it.
   * @param signal Ends the thread when nobody waits for the file any more.
   */
  maskFile(mask: Mask, model: string, signal: AbortSignal): Promise<MaskFile>;
  close(): void;
}

/** Decodes bodies; each call takes the body's bytes away, and throws as {@linkcode DecodingThread.ask} does. */
export interface Decoders {
  slice(body: Body): Promise<Slice>;
  masks(body: Body): Promise<DecodeResults["masks"]>;
  tensor(body: Body, headerLength: string | undefined): Promise<Inference>;
  openVolume(body: Body, card: ModelCard): Promise<OpenVolume>;
  /** Starts the first thread, so that the first request need not. */
  warmUp(): void;
  /** Whether no thread can start, since those that ran out of time seem to hang. */
  readonly stuck: boolean;
  /** Ends the threads that wait. */
  close(): void;
}

/** What decoders are made of. */
export interface DecoderOptions {
  /** Starts a thread. */
  readonly start: () => DecodingThread;
  readonly limits: Limits;
  /** Threads for small bodies. One decodes far faster than a core segments; another, while the first is stuck. */
  readonly size?: number;
}

/** Makes decoders; nothing starts before the first body. */
export function createDecoders({ start, limits, size = 2 }: DecoderOptions): Decoders {
  const idle: DecodingThread[] = [], overdue = createOverdue(size);
  const waiting: ((thread: DecodingThread | Promise<DecodingThread>) => void)[] = [];
  let threads = 0;

  async function startThread(): Promise<DecodingThread> {
    await overdue.room();
    return start();
  }

  async function takeThread(): Promise<DecodingThread> {
    const thread = idle.pop();
    if (thread) return thread;
    if (threads === size) return await new Promise((resolve) => waiting.push(resolve));
    threads++;
    try {
      return await startThread();
    } catch (error) {
      threads--;
      throw error;
    }
  }

  function giveBack(thread: DecodingThread): void {
    const next = waiting.shift();
    if (thread.ended) {
      threads--;
      overdue.add(thread.gone);
      next?.(takeThread());
    } else if (next) next(thread);
    else idle.push(thread);
  }

  async function ask<Request extends DecodeRequest>(
    request: Request,
    body: Body,
  ): Promise<DecodeResults[Request["kind"]]> {
    const thread = await takeThread();
    try {
      const transfer = [body.bytes.buffer];
      return await thread.ask(request, { seconds: limits.decodeSeconds, transfer });
    } finally {
      giveBack(thread);
    }
  }

  async function openVolume(body: Body, card: ModelCard): Promise<OpenVolume> {
    const thread = await startThread(), seconds = limits.volumeSeconds;
    const { maxPixels, maxChannels, maxFiles, maxSlices, maxValues, maxInflatedBytes } = limits;
    const end = () => {
      thread.end();
      overdue.add(thread.gone);
    };
    try {
      const volumeLimits = {
        maxPixels,
        maxChannels,
        maxFiles,
        maxSlices,
        maxValues,
        maxInflatedBytes,
      };
      const read = await thread.ask(
        { kind: "volume", body, card, limits: volumeLimits },
        { seconds, transfer: [body.bytes.buffer] },
      );
      return {
        read,
        async maskFile(mask, model, signal) {
          signal.throwIfAborted();
          const stop = () => thread.end();
          signal.addEventListener("abort", stop);
          return await thread.ask({ kind: "maskFile", mask, model }, { seconds })
            .finally(() => signal.removeEventListener("abort", stop));
        },
        close: end,
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  const { maxPixels, maxChannels, maxBodyBytes: maxBytes } = limits;
  const sliceLimits = { maxPixels, maxChannels };
  return {
    slice: (body) => ask({ kind: "slice", body, limits: sliceLimits }, body),
    masks: (body) => ask({ kind: "masks", body, limits: sliceLimits }, body),
    tensor: (body, headerLength) => ask({ kind: "tensor", body, headerLength, maxBytes }, body),
    openVolume,
    get stuck() {
      return overdue.stuck;
    },
    warmUp() {
      void takeThread().then(giveBack);
    },
    close() {
      for (const thread of idle.splice(0)) thread.end();
    },
  };
}
