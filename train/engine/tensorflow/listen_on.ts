/**
 * Keeps TensorFlow's gRPC server to one interface. TensorFlow has it listen on every interface of the machine,
 * whatever host its cluster names, and has no setting for it (`GrpcServer::Init` binds to `0.0.0.0`). While the
 * server starts, its library's calls of `bind` therefore come here, and leave with the named address.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/distributed_runtime/rpc/grpc_server_lib.cc
 * @module
 */
import { isIPv4 } from "node:net";
import { importedFunction } from "./imported_function.ts";

const library = "libtensorflow_cc.so.2";
const bindSignature = { parameters: ["i32", "pointer", "u32"], result: "i32" } as const;

/** From Linux's headers; the two families' numbers, and where their socket addresses hold the address. */
const families = { 2: { offset: 4, length: 4 }, 10: { offset: 8, length: 16 } };
const readAndWrite = 3;

/** The 16 bytes of an IPv6 address; an IPv4 address is mapped into IPv6. */
function ipv6Bytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16);
  if (isIPv4(address)) {
    bytes.set([0xff, 0xff, ...address.split(".").map(Number)], 10);
    return bytes;
  }
  const [head, tail] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const groups = tail
    ? [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail]
    : head;
  groups.forEach((group, index) => {
    const value = parseInt(group, 16);
    bytes.set([value >> 8, value & 255], 2 * index);
  });
  return bytes;
}

/** Replaces "every interface" in a socket address by one; false where it held another address. */
function narrow(socketAddress: Uint8Array, address: string): boolean {
  const family = new Uint16Array(socketAddress.slice(0, 2).buffer)[0];
  const place = families[family as keyof typeof families];
  if (!place) return false;
  const held = socketAddress.subarray(place.offset, place.offset + place.length);
  if (held.some((byte) => byte !== 0)) return false;
  held.set(ipv6Bytes(address).subarray(16 - place.length));
  return true;
}

/**
 * Runs `start`, which makes TensorFlow listen, so that it listens on `address` only.
 *
 * @param address A numeric IPv4 or IPv6 address of this machine.
 * @param release Called right before the port is taken, for whoever has kept it free until then.
 * @throws {Error} when TensorFlow did not listen, or where this build of it does not let itself be kept to one
 * interface: then nothing was started.
 */
export function listenOn(address: string, release: () => void, start: () => void): void {
  const libc = Deno.dlopen("libc.so.6", {
    bind: bindSignature,
    mprotect: { parameters: ["u64", "usize", "i32"], result: "i32" },
    getpagesize: { parameters: [], result: "i32" },
  });
  let narrowed = false;
  const bind = new Deno.UnsafeCallback(bindSignature, (socket, socketAddress, length) => {
    const bytes = Deno.UnsafePointerView.getArrayBuffer(socketAddress!, length);
    if (narrow(new Uint8Array(bytes), address)) {
      narrowed = true;
      release();
    }
    return libc.symbols.bind(socket, socketAddress, length);
  });
  const slot = importedFunction(library, "bind");
  // Some linkers have such slots made read-only once a library is loaded.
  const page = BigInt(libc.symbols.getpagesize());
  libc.symbols.mprotect(slot / page * page, page, readAndWrite);
  const memory = Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(slot)!, 8);
  const cell = new BigUint64Array(memory), original = cell[0];
  cell[0] = Deno.UnsafePointer.value(bind.pointer);
  try {
    start();
  } finally {
    cell[0] = original;
    bind.close();
    libc.close();
  }
  if (!narrowed) throw new Error(`Cannot keep TensorFlow's server to ${address}`);
}
