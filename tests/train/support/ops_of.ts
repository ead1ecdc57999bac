/** Counts what TensorFlow is told to do. */
import { TensorFlowBinding } from "../../../train/engine/tensorflow/binding.ts";

/** How often TensorFlow is told to run each op. */
export function opsOf(work: () => void): Record<string, number> {
  const { prototype } = TensorFlowBinding, { executeOp } = prototype;
  const counts: Record<string, number> = {};
  prototype.executeOp = function (name, ...rest) {
    counts[name] = (counts[name] ?? 0) + 1;
    return executeOp.call(this, name, ...rest);
  };
  try {
    work();
  } finally {
    prototype.executeOp = executeOp;
  }
  return counts;
}
