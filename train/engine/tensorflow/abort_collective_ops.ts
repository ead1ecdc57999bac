/**
 * Ends collective ops that wait for a process that is gone.
 *
 * @module
 */

/** TensorFlow's code for a service that cannot be reached. */
const unavailable = 14;

/**
 * Makes every collective op of a context fail, those that are waiting included. Called from another thread than
 * the one that waits.
 *
 * @param directory The folder that holds TensorFlow's libraries; they are open in this process already.
 * @param context Address of the `TFE_Context`.
 * @param reason Becomes part of the ops' error.
 */
export function abortCollectiveOps(directory: string, context: bigint, reason: string): void {
  const framework = Deno.dlopen(`${directory}/libtensorflow_framework.so.2`, {
    TF_NewStatus: { parameters: [], result: "pointer" },
    TF_SetStatus: { parameters: ["pointer", "i32", "buffer"], result: "void" },
    TF_DeleteStatus: { parameters: ["pointer"], result: "void" },
  });
  const eager = Deno.dlopen(`${directory}/libtensorflow_cc.so.2`, {
    TFE_AbortCollectiveOps: { parameters: ["pointer", "pointer"], result: "void" },
  });
  const { TF_NewStatus, TF_SetStatus, TF_DeleteStatus } = framework.symbols;
  const status = TF_NewStatus();
  TF_SetStatus(status, unavailable, new TextEncoder().encode(`${reason}\0`));
  eager.symbols.TFE_AbortCollectiveOps(Deno.UnsafePointer.create(context), status);
  TF_DeleteStatus(status);
}
