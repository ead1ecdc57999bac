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

function int64s(values: unknown[]): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(values.map((value) => BigInt(value as number)));
}

/** Sets one attribute of the op being built. */
export function setAttribute(api: TensorFlowApi, op: Deno.PointerValue, attribute: OpAttribute) {
  const { type, value } = attribute;
  const name = cString(attribute.name), list = Array.isArray(value) ? value : undefined;
  switch (type) {
    case attributeKind.string: {
      const text = cString(String(value));
      return api.TFE_OpSetAttrString(op, name, text, BigInt(text.length - 1));
    }
    case attributeKind.int:
      return list
        ? api.TFE_OpSetAttrIntList(op, name, int64s(list), list.length)
        : api.TFE_OpSetAttrInt(op, name, BigInt(value as number));
    case attributeKind.float:
      return list
        ? api.TFE_OpSetAttrFloatList(op, name, new Float32Array(list), list.length)
        : api.TFE_OpSetAttrFloat(op, name, value as number);
    case attributeKind.bool:
      return list
        ? api.TFE_OpSetAttrBoolList(op, name, new Uint8Array(list.map(Number)), list.length)
        : api.TFE_OpSetAttrBool(op, name, value ? 1 : 0);
    case attributeKind.type:
      return api.TFE_OpSetAttrType(op, name, value as number);
    case attributeKind.shape: {
      const shape = value as number[];
      api.TFE_OpSetAttrShape(op, name, int64s(shape), shape.length, api.status);
      return api.check(`set attribute ${attribute.name}`);
    }
    default:
      throw new TypeError(
        `Cannot set attribute ${attribute.name} as its kind must be one of TF_AttrType's 0 to 5: current value is ${type}`,
      );
  }
}
