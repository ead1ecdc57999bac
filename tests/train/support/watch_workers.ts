/** What a program asks its workers for. */

/**
 * Hands over all messages that are sent to workers which are started meanwhile: a list for each worker, in the order
 * of their start. The workers themselves are real ones, and get every message.
 */
export async function watchWorkers<T>(
  use: (sent: readonly (readonly unknown[])[]) => Promise<T>,
): Promise<T> {
  const RealWorker = globalThis.Worker, sent: unknown[][] = [];
  globalThis.Worker = class extends RealWorker {
    readonly #sent: unknown[] = [];

    constructor(...args: ConstructorParameters<typeof RealWorker>) {
      super(...args);
      sent.push(this.#sent);
    }

    override postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions) {
      this.#sent.push(message);
      super.postMessage(message, options as Transferable[]);
    }
  };
  try {
    return await use(sent);
  } finally {
    globalThis.Worker = RealWorker;
  }
}
