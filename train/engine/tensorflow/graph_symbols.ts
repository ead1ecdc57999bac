/**
 * The part of TensorFlow's C API that makes functions: graphs of ops, and their place in the eager runtime.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/c_api.h
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/eager/c_api.h
 * @module
 */

/** C's `TF_Output`: an operation of a graph, and which of its outputs. */
const output = { struct: ["pointer", "i32"] } as const;

/** Functions of `libtensorflow_cc.so.2`. */
export const graphSymbols = {
  TF_NewGraph: { parameters: [], result: "pointer" },
  TF_DeleteGraph: { parameters: ["pointer"], result: "void" },
  TF_NewOperation: { parameters: ["pointer", "buffer", "buffer"], result: "pointer" },
  TF_FinishOperation: { parameters: ["pointer", "pointer"], result: "pointer" },
  TF_AddInput: { parameters: ["pointer", output], result: "void" },
  TF_AddInputList: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrString: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  TF_SetAttrInt: { parameters: ["pointer", "buffer", "i64"], result: "void" },
  TF_SetAttrIntList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TF_SetAttrFloat: { parameters: ["pointer", "buffer", "f32"], result: "void" },
  TF_SetAttrFloatList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TF_SetAttrBool: { parameters: ["pointer", "buffer", "u8"], result: "void" },
  TF_SetAttrBoolList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TF_SetAttrType: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrShape: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  TF_SetAttrTensor: { parameters: ["pointer", "buffer", "pointer", "pointer"], result: "void" },
  TF_GraphToFunction: {
    parameters: [
      "pointer", // the graph
      "buffer", // the function's name
      "u8", // whether a hash is added to it
      "i32", // how many operations, -1: all
      "pointer", // which
      "i32", // inputs
      "buffer",
      "i32", // outputs
      "buffer",
      "pointer", // their names
      "pointer", // options
      "pointer", // a description
      "pointer", // the status
    ],
    result: "pointer",
  },
  TF_DeleteFunction: { parameters: ["pointer"], result: "void" },
  TFE_ContextAddFunction: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TFE_ContextRemoveFunction: { parameters: ["pointer", "buffer", "pointer"], result: "void" },
} as const;
