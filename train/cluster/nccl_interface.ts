/**
 * Keeps NCCL, which moves tensors between the GPUs of several machines, to the interface that TensorFlow uses.
 *
 * @see https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html#nccl-socket-ifname
 * @module
 */

const variable = "NCCL_SOCKET_IFNAME";

/** Has NCCL listen on the interface of this machine that has the address, unless its environment says otherwise. */
export function keepNcclTo(address: string): void {
  if (Deno.env.get(variable) !== undefined) return;
  const found = Deno.networkInterfaces().find((one) => one.address === address);
  if (found) Deno.env.set(variable, `=${found.name}`);
}
