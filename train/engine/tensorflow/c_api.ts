/**
 * The part of TensorFlow's C API that eager execution and functions need, opened through Deno's FFI.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/c_api.h
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/eager/c_api.h
 * @module
 */
import { setGpuDefaults } from "./gpu_defaults.ts";
import { graphSymbols } from "./graph_symbols.ts";
import { keepLoaded } from "./keep_loaded.ts";
import { withoutStandardError } from "./silence.ts";
import { assertProcessor, LibraryError } from "./libraries.ts";

const frameworkSymbols = {
  TF_NewStatus: { parameters: [], result: "pointer" },
  TF_DeleteStatus: { parameters: ["pointer"], result: "void" },
  TF_GetCode: { parameters: ["pointer"], result: "i32" },
  TF_Message: { parameters: ["pointer"], result: "pointer" },
  TF_AllocateTensor: { parameters: ["i32", "buffer", "i32", "usize"], result: "pointer" },
  TF_NewTensor: {
    parameters: ["i32", "buffer", "i32", "buffer", "usize", "pointer", "pointer"],
    result: "pointer",
  },
  TF_TensorData: { parameters: ["pointer"], result: "pointer" },
  TF_TensorByteSize: { parameters: ["pointer"], result: "usize" },
  TF_DeleteTensor: { parameters: ["pointer"], result: "void" },
  // absl::SetMinLogLevel, under the name the compiler of TensorFlow 2.21 gave it.
  setMinLogLevel: {
    name: "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE",
    optional: true,
    parameters: ["i32"],
    result: "void",
  },
  // tsl::EnableOpDeterminism, what `tf.config.experimental.enable_op_determinism` calls.
  enableOpDeterminism: {
    name: "_ZN3tsl19EnableOpDeterminismEb",
    optional: true,
    parameters: ["bool"],
    result: "void",
  },
} as const;

/** absl's `LogSeverityAtLeast::kWarning`. */
const warnings = 1;

const eagerSymbols = {
  TF_Version: { parameters: [], result: "pointer" },
  // A function that reads none of its arguments and changes nothing, whatever it is called with.
  doNothing: { name: "TF_Version", type: "pointer" },
  TFE_NewContextOptions: { parameters: [], result: "pointer" },
  TFE_DeleteContextOptions: { parameters: ["pointer"], result: "void" },
  TFE_ContextOptionsSetConfig: {
    parameters: ["pointer", "buffer", "usize", "pointer"],
    result: "void",
  },
  TFE_NewContext: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_EnableCollectiveOps: {
    parameters: ["pointer", "buffer", "usize", "pointer"],
    result: "void",
  },
  TFE_ContextListDevices: { parameters: ["pointer", "pointer"], result: "pointer" },
  TF_DeleteDeviceList: { parameters: ["pointer"], result: "void" },
  TF_DeviceListCount: { parameters: ["pointer"], result: "i32" },
  TF_DeviceListName: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TF_DeviceListType: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TFE_NewOp: { parameters: ["pointer", "buffer", "pointer"], result: "pointer" },
  TFE_DeleteOp: { parameters: ["pointer"], result: "void" },
  TFE_OpAddInput: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TFE_OpSetAttrString: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  TFE_OpSetAttrInt: { parameters: ["pointer", "buffer", "i64"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: ["pointer", "buffer", "f32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: ["pointer", "buffer", "u8"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrType: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrShape: {
    parameters: ["pointer", "buffer", "buffer", "i32", "pointer"],
    result: "void",
  },
  TFE_Execute: { parameters: ["pointer", "buffer", "buffer", "pointer"], result: "void" },
  TFE_NewTensorHandle: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_TensorHandleCopyToDevice: {
    parameters: ["pointer", "pointer", "buffer", "pointer"],
    result: "pointer",
  },
  copyToDeviceLater: {
    name: "TFE_TensorHandleCopyToDevice",
    parameters: ["pointer", "pointer", "buffer", "pointer"],
    result: "pointer",
    nonblocking: true,
  },
  TFE_TensorHandleCopySharingTensor: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_TensorHandleResolve: { parameters: ["pointer", "pointer"], result: "pointer" },
  resolveLater: {
    name: "TFE_TensorHandleResolve",
    parameters: ["pointer", "pointer"],
    result: "pointer",
    nonblocking: true,
  },
  TFE_DeleteTensorHandle: { parameters: ["pointer"], result: "void" },
  TFE_TensorHandleNumDims: { parameters: ["pointer", "pointer"], result: "i32" },
  TFE_TensorHandleDim: { parameters: ["pointer", "i32", "pointer"], result: "i64" },
  TFE_TensorHandleDataType: { parameters: ["pointer"], result: "i32" },
} as const;

type Symbols =
  & Deno.DynamicLibrary<typeof frameworkSymbols>["symbols"]
  & Deno.DynamicLibrary<typeof eagerSymbols>["symbols"]
  & Deno.DynamicLibrary<typeof graphSymbols>["symbols"];

/** TensorFlow's C functions, and a check of the status that most of them report into. */
export interface TensorFlowApi extends Symbols {
  /** Handed to every call that takes a `TF_Status*` and does not run beside others. */
  readonly status: Deno.PointerValue;
  /**
   * Throws when the last call that took the status failed; `action` says what was being done.
   *
   * @param status @default the one that is handed to every call
   */
  check(action: string, status?: Deno.PointerValue): void;
}

/** A C string as JavaScript's. */
export function readString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : new Deno.UnsafePointerView(pointer).getCString();
}

/**
 * Opens `libtensorflow_framework.so.2` and `libtensorflow_cc.so.2`.
 *
 * @param directory The folder that holds both libraries.
 * @throws {LibraryError} when a library is missing or is no TensorFlow library for this machine.
 */
export function openTensorFlow(directory: string): TensorFlowApi {
  assertProcessor(directory);
  setGpuDefaults(directory);
  // The framework has to come first: the other library is linked against it.
  const [first, second] = ["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"]
    .map((name) => `${directory}/${name}`);
  const { framework, eager } = withoutStandardError(() => {
    try {
      return {
        framework: Deno.dlopen(first, frameworkSymbols),
        eager: Deno.dlopen(second, { ...eagerSymbols, ...graphSymbols }),
      };
    } catch (error) {
      const reason = (error as Error).message.replace(/^(Could not open library: )+/, "");
      throw new LibraryError(
        `Cannot use TensorFlow as its libraries in ${directory} must open: ${reason}`,
        { cause: error },
      );
    }
  });
  for (const library of [first, second]) keepLoaded(library);
  // Warnings and errors still come through.
  framework.symbols.setMinLogLevel?.(warnings);
  const status = framework.symbols.TF_NewStatus();
  const check = (action: string, of = status) => {
    if (framework.symbols.TF_GetCode(of) === 0) return;
    throw new Error(
      `TensorFlow cannot ${action}: ${readString(framework.symbols.TF_Message(of))}`,
    );
  };
  return { ...framework.symbols, ...eager.symbols, status, check };
}
