/**
 * Writes an op's attributes into TensorFlow.
 *
 * @module
 */
import type { TensorFlowApi } from "./c_api.ts";
import { attributeKind, type OpAttribute } from "./data_type.ts";

const encoder = new TextEncoder();
const encodedNames = new Map<string, Uint8Array<ArrayBuffer>>();

/** A name as a zero-terminated C string; names repeat by the thousand, so each is encoded once. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = encodedNames.get(text);
  if (!bytes) encodedNames.set(text, bytes = encoder.encode(text + "\0"));
  return bytes;
}

function int64s(values: readonly unknown[]): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(values.map((value) => BigInt(value as number)));
}

/** The C functions that set attributes of an op that is run at once, or of one in a graph: they take the same. */
export function attributeSetters(api: TensorFlowApi, prefix: "TFE_OpSet" | "TF_Set") {
  return {
    string: api[`${prefix}AttrString`],
    int: api[`${prefix}AttrInt`],
    ints: api[`${prefix}AttrIntList`],
    float: api[`${prefix}AttrFloat`],
    floats: api[`${prefix}AttrFloatList`],
    bool: api[`${prefix}AttrBool`],
    bools: api[`${prefix}AttrBoolList`],
    type: api[`${prefix}AttrType`],
    shape(op: Deno.PointerValue, name: Uint8Array<ArrayBuffer>, shape: readonly unknown[]) {
      const dims = int64s(shape), rank = dims.length;
      if (prefix === "TF_Set") return api.TF_SetAttrShape(op, name, dims, rank);
      api.TFE_OpSetAttrShape(op, name, dims, rank, api.status);
      api.check("set an attribute that is a shape");
    },
  };
}

/** See {@linkcode attributeSetters}. */
export type AttributeSetters = ReturnType<typeof attributeSetters>;

/** Sets one attribute of the op being built. */
export function setAttribute(set: AttributeSetters, op: Deno.PointerValue, attribute: OpAttribute) {
  const { type, value } = attribute;
  const name = cString(attribute.name), list = Array.isArray(value) ? value : undefined;
  switch (type) {
    case attributeKind.string: {
      const text = cString(String(value));
      return set.string(op, name, text, BigInt(text.length - 1));
    }
    case attributeKind.int:
      return list
        ? set.ints(op, name, int64s(list), list.length)
        : set.int(op, name, BigInt(value as number));
    case attributeKind.float:
      return list
        ? set.floats(op, name, new Float32Array(list), list.length)
        : set.float(op, name, value as number);
    case attributeKind.bool:
      return list
        ? set.bools(op, name, new Uint8Array(list.map(Number)), list.length)
        : set.bool(op, name, value ? 1 : 0);
    case attributeKind.type:
      return set.type(op, name, value as number);
    case attributeKind.shape:
      return set.shape(op, name, value as number[]);
    default:
      throw new TypeError(
        `Cannot set attribute ${attribute.name} as its kind must be one of TF_AttrType's 0 to 5: current value is ${type}`,
      );
  }
}
