/**
 * tfjs-node-gpu 4.22 calls two helpers of `node:util` that newer runtimes no longer have.
 * Importing this module, before the package, puts them back.
 *
 * @module
 */
import util from "node:util";

const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacy.isArray ??= Array.isArray;
