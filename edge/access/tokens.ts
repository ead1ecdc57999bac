/**
 * Bearer tokens: who holds one, and how much they may ask for. Only hashes are kept.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A token as the file of tokens holds it. */
export interface TokenEntry {
  /** Who holds it; counted and logged by this name. */
  readonly name: string;
  /** SHA-256 of the token, in hexadecimal. A token has 256 random bits, so no slow hash is needed. */
  readonly sha256: string;
  /** Requests in a minute. @default 600 */
  readonly perMinute: number;
  /** Requests in a day. @default 100,000 */
  readonly perDay: number;
}

const limits = { perMinute: 600, perDay: 100_000 } as const;

/** A new token, and its hash for the file of tokens. */
export function createToken(): { readonly token: string; readonly sha256: string } {
  const token = `gliomap_${randomBytes(32).toString("base64url")}`;
  return { token, sha256: hash(token).toString("hex") };
}

/**
 * The tokens in the text of their file: `[{"name": "ward 3", "sha256": "...", "perMinute": 60}]`.
 *
 * @throws {TypeError} naming the first entry that is not one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const { token, sha256 } = createToken();
 * const entries = parseTokens(JSON.stringify([{ name: "ward 3", sha256 }]));
 * assert.equal(findToken(entries, token)?.name, "ward 3");
 * assert.equal(findToken(entries, token + "x"), undefined);
 * ```
 */
export function parseTokens(text: string): TokenEntry[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new TypeError("Cannot read the tokens as they must be JSON", { cause: error });
  }
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError("Cannot read the tokens as they must be a list of at least one");
  }
  const entries = list.map(parseEntry);
  const names = new Set(entries.map(({ name }) => name));
  if (names.size < entries.length) {
    throw new TypeError("Cannot read the tokens as each must have a name of its own");
  }
  return entries;
}

function parseEntry(value: unknown, index: number): TokenEntry {
  const refuse = (rule: string) =>
    new TypeError(`Cannot read the tokens as ${rule} in entry ${index + 1}`);
  if (typeof value !== "object" || value === null) throw refuse("there must be an object");
  const entry = { ...limits, ...value } as Record<string, unknown>;
  if (typeof entry.name !== "string" || entry.name === "") {
    throw refuse("name must be a text");
  }
  // The value is not repeated: someone may have written the token itself there.
  if (typeof entry.sha256 !== "string" || !/^[0-9a-f]{64}$/.test(entry.sha256)) {
    throw refuse("sha256 must be 64 hexadecimal digits");
  }
  for (const field of ["perMinute", "perDay"]) {
    const limit = entry[field];
    if (!Number.isInteger(limit) || (limit as number) < 1) {
      throw refuse(`${field} must be a whole number of at least 1`);
    }
  }
  return entry as unknown as TokenEntry;
}

/** The entry of a token. Takes as long whichever it is, and whether there is one or not. */
export function findToken(entries: readonly TokenEntry[], token: string): TokenEntry | undefined {
  const presented = hash(token);
  let found: TokenEntry | undefined;
  for (const entry of entries) {
    if (timingSafeEqual(presented, Buffer.from(entry.sha256, "hex"))) found = entry;
  }
  return found;
}

function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
