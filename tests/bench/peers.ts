/**
 * Where the programs are that benchmarks compare with.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** A Python virtual environment of its own, made by `deno task bench:peers`. */
export const peersFolder = fileURLToPath(new URL("../../.peers", import.meta.url));

/** Its Python. */
export const peersPython = `${peersFolder}/bin/python`;
