/**
 * What Deno's lock file pins: each package of npm with the hash of its tarball.
 *
 * @module
 */

/** A package of npm in one version. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The tarball's hash as npm writes it: `sha512-` and base64. */
  readonly integrity: string;
}

/**
 * The packages in the text of a lock file (version 5), once each, in its order. Packages that stand there for several
 * sets of peers, as in `ajv-formats@3.0.1_ajv@8.20.0`, are one tarball all the same.
 *
 * @returns Nothing for a lock file without packages of npm.
 * @throws {SyntaxError} when the text is no JSON.
 * @throws {Error} naming the package that has no hash.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const text = '{"version":"5","npm":{"@a/b@1.0.0_c@2.0.0":{"integrity":"sha512-AA=="}}}';
 * assert.deepEqual(parseDenoLock(text), [{ name: "@a/b", version: "1.0.0", integrity: "sha512-AA==" }]);
 * ```
 */
export function parseDenoLock(text: string): LockedPackage[] {
  const { npm = {} }: { npm?: Record<string, { integrity?: string }> } = JSON.parse(text);
  const packages = new Map<string, LockedPackage>();
  for (const [key, { integrity }] of Object.entries(npm)) {
    // The first @ that does not start a scope; versions have no underscore, which starts the peers.
    const end = key.indexOf("@", 1), name = key.slice(0, end);
    const version = key.slice(end + 1).split("_", 1)[0];
    if (!integrity) {
      throw new Error(`Cannot trust the lock file as ${name}@${version} must have an integrity`);
    }
    packages.set(`${name}@${version}`, { name, version, integrity });
  }
  return [...packages.values()];
}

/**
 * A hash in hexadecimal, as bills of materials have it.
 *
 * @param integrity As in a lock file: one hash, `sha512-` and base64.
 * @returns The digest of SHA-512.
 * @throws {RangeError} for another algorithm.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.throws(() => hashOfIntegrity("md5-AA=="), RangeError);
 * assert.equal(hashOfIntegrity(`sha512-${btoa("0".repeat(64))}`), "30".repeat(64));
 * ```
 */
export function hashOfIntegrity(integrity: string): string {
  const [algorithm, digest] = integrity.split(/-(.*)/s);
  if (algorithm !== "sha512") {
    throw new RangeError(
      `Cannot name a hash as its algorithm must be sha512: current value is ${algorithm}`,
    );
  }
  return Uint8Array.fromBase64(digest).toHex();
}
