/**
 * The worker that holds the connections to the other processes. TensorFlow's calls block the thread of the
 * training, for good when a process is gone that they wait for; this thread goes on. It aborts those calls, so
 * that the training can end by itself, and ends the whole process where that does not happen.
 *
 * @module
 */
import { describeLoss } from "./lost_peer.ts";
import type { Loss } from "./message.ts";
import { Peers } from "./peers.ts";
import type { WatchdogReport, WatchdogRequest } from "./watchdog_protocol.ts";
import { abortCollectiveOps } from "../engine/tensorflow/abort_collective_ops.ts";
import { exitAtOnce } from "../engine/tensorflow/exit_at_once.ts";

type Request<Kind> = Extract<WatchdogRequest, { kind: Kind }>;

/** A worker's scope; the types of a worker are not there beside those of the main thread. */
interface WorkerScope {
  onmessage: (event: MessageEvent<WatchdogRequest>) => void;
  postMessage(report: WatchdogReport): void;
}

const scope = globalThis as unknown as WorkerScope;

/** After a loss the training has so long to end by itself. */
const graceMilliseconds = 12_000;

/** Between two lines that say for whom this process waits. */
const waitingMilliseconds = 5000;

let joined: Request<"join">;
let peers: Peers;
let guarded: Request<"guard"> | undefined;

function onLoss(loss: Loss): void {
  const message = describeLoss(joined.addresses, loss);
  scope.postMessage({ kind: "lost", loss });
  setTimeout(() => {
    console.error(`error: ${message}`);
    exitAtOnce(1);
  }, graceMilliseconds);
  if (guarded) abortCollectiveOps(guarded.directory, guarded.context, message);
}

async function join(request: Request<"join">): Promise<void> {
  joined = request;
  peers = new Peers(request.addresses, request.hello, {
    onHello: (hello) => scope.postMessage({ kind: "hello", hello }),
    onLoss,
  });
  peers.open(request.hostname);
  const timer = setInterval(
    () => scope.postMessage({ kind: "waiting", ranks: peers.missing }),
    waitingMilliseconds,
  );
  await peers.meet(request.startSeconds);
  clearInterval(timer);
  scope.postMessage({ kind: "met" });
}

async function answer(request: WatchdogRequest): Promise<void> {
  switch (request.kind) {
    case "join":
      return await join(request);
    case "guard":
      guarded = request;
      return;
    case "exchange": {
      const values = await peers.exchange(request.round, request.value);
      return scope.postMessage({ kind: "exchanged", round: request.round, values });
    }
    case "leave":
      await peers.leave(request.error, request.loss);
      return scope.postMessage({ kind: "left" });
  }
}

scope.onmessage = ({ data }) => {
  answer(data).catch((error) =>
    scope.postMessage({ kind: "failed", error: String(error.message) })
  );
};
