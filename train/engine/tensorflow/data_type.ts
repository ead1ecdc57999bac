/**
 * TensorFlow's numbers for data types and attribute kinds.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/c/tf_datatype.h
 * @module
 */

/** `TF_DataType`, as far as Gliomap meets it. */
export const dataType = {
  float: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;

/** `TF_AttrType`: what an op's attribute holds. */
export const attributeKind = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
  resource: 9,
} as const;

/** One attribute of an op, as tfjs-node describes it to its binding. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** An op's attribute where an input is of bfloat16, which is float32 to tfjs. */
export function narrowed(attribute: OpAttribute): OpAttribute {
  const isElementType = attribute.name === "T" && attribute.value === dataType.float;
  return isElementType ? { ...attribute, value: dataType.bfloat16 } : attribute;
}
