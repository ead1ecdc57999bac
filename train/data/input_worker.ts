/**
 * The worker of a training's input: makes batches, one after the other, as it is asked to.
 *
 * @module
 */
import { BatchMaker } from "./batch_maker.ts";
import type { InputAnswer, InputMessage, MakeMessage } from "./input_protocol.ts";

/** The part of a worker's scope that is needed here; its types clash with those of the main thread. */
interface WorkerScope {
  onmessage: (event: MessageEvent<InputMessage>) => void;
  postMessage(answer: InputAnswer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let maker: BatchMaker;

function make({ ticket, request, arrays }: MakeMessage): void {
  try {
    maker.make(request, arrays);
    const { image, mask } = arrays;
    scope.postMessage({ kind: "made", ticket, arrays }, [image.buffer, mask.buffer]);
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    scope.postMessage({ kind: "failed", ticket, error }, []);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "start") maker = new BatchMaker(data.patients, data.settings);
  else make(data);
};
