/**
 * What a training process and its watchdog, which runs in a worker, tell each other.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Hello, Loss } from "./message.ts";

/** To the watchdog. */
export type WatchdogRequest =
  | {
    readonly kind: "join";
    readonly addresses: readonly Address[];
    /** The numeric address to listen on. */
    readonly hostname: string;
    readonly hello: Hello;
    /** How long to wait for the others. */
    readonly startSeconds: number;
  }
  /** TensorFlow is part of the cluster now: on a loss its collective ops have to be aborted. */
  | { readonly kind: "guard"; readonly directory: string; readonly context: bigint }
  | { readonly kind: "exchange"; readonly round: number; readonly value: unknown }
  | { readonly kind: "leave"; readonly error?: string; readonly loss?: Loss };

/** From the watchdog. */
export type WatchdogReport =
  | { readonly kind: "hello"; readonly hello: Hello }
  /** These have not come yet. */
  | { readonly kind: "waiting"; readonly ranks: readonly number[] }
  | { readonly kind: "met" }
  | { readonly kind: "exchanged"; readonly round: number; readonly values: unknown[] }
  | { readonly kind: "lost"; readonly loss: Loss }
  /** The watchdog could not start. */
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "left" };
