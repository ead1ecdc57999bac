/** What the workers that write files have in common: a request to encode, and the file or why there is none. */

import { messageOf } from "../../message_of.ts";

/** The file's bytes, or why there are none. */
export type EncodeAnswer = { readonly file: Uint8Array<ArrayBuffer> } | { readonly error: string };

interface WorkerScope<Request> {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(answer: EncodeAnswer, transfer: Transferable[]): void;
}

/** Answers every request with the file that `encode` makes of it. */
export function serveEncoding<Request>(
  encode: (request: Request) => Promise<Uint8Array>,
): void {
  const scope = globalThis as unknown as WorkerScope<Request>;
  scope.onmessage = async ({ data }) => {
    try {
      const file = await encode(data) as Uint8Array<ArrayBuffer>;
      scope.postMessage({ file }, [file.buffer]);
    } catch (error) {
      scope.postMessage({ error: messageOf(error) }, []);
    }
  };
}
