/**
 * What TensorFlow computes on.
 *
 * @module
 */
import { readString, type TensorFlowApi } from "./c_api.ts";

/**
 * A serialised `tensorflow.ConfigProto` with `gpu_options.allow_growth`: memory of a GPU is taken as it is needed.
 * Otherwise TensorFlow takes all there is at its start, and no other program computes beside it.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/protobuf/config.proto
 */
export const growingMemory = Uint8Array.of(0x32, 0x02, 0x20, 0x01);

/** A processor or a GPU. */
export interface Device {
  /** Such as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly name: string;
  /** Such as `CPU`. */
  readonly type: string;
}

/** The devices of this process. */
export function listDevices(api: TensorFlowApi, context: Deno.PointerValue): Device[] {
  const list = api.TFE_ContextListDevices(context, api.status);
  api.check("list its devices");
  const devices = Array.from({ length: api.TF_DeviceListCount(list) }, (_, index) => ({
    name: readString(api.TF_DeviceListName(list, index, api.status)),
    type: readString(api.TF_DeviceListType(list, index, api.status)),
  }));
  api.TF_DeleteDeviceList(list);
  return devices;
}
