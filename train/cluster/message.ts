/**
 * What the processes of a cluster tell each other beside TensorFlow: a line of JSON for each message.
 *
 * @module
 */
import type { SharedSettings } from "./settings.ts";

/** The first message of each side. */
export interface Hello {
  readonly kind: "hello";
  readonly rank: number;
  /** Where this process's TensorFlow will listen, on the host that its address names. */
  readonly tensorflowPort: number;
  readonly settings: SharedSettings;
}

/** Processes that are gone, and what became of them. */
export interface Loss {
  readonly ranks: readonly number[];
  readonly what: string;
}

/** Everything that travels over a connection. */
export type Message =
  | Hello
  | { readonly kind: "beat" }
  /** One process's part of an exchange; `round` counts them. */
  | { readonly kind: "part"; readonly round: number; readonly value: unknown }
  /** The last message. `error` is why, when the work is not done; `loss` is set when others are to blame. */
  | { readonly kind: "leave"; readonly error?: string; readonly loss?: Loss };

/** In characters; longer lines are not ours. */
export const longestLine = 16 * 1024 * 1024;

/** The bytes of a message. */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(message) + "\n");
}

/**
 * The messages of a byte stream.
 *
 * @throws {Error} when the stream fails, or holds what is no message.
 */
export async function* decodeMessages(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Message> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > longestLine) {
      throw new RangeError(
        `Cannot read a message as it must have at most ${longestLine} characters: it has ${rest.length} or more`,
      );
    }
    for (const line of lines) yield JSON.parse(line) as Message;
  }
}
