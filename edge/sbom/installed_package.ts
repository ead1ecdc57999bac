/**
 * What an installed package of npm says about itself.
 *
 * @module
 */

/** A package's own account: its `package.json`, and its licence file where that names no licence. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression where the package has one, else its own words; undefined where it names none. */
  readonly licence: string | undefined;
}

/** A licence in `package.json`; the forms but the first are of old packages. */
export interface NamedLicence {
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}

/**
 * Reads a package where it is installed.
 *
 * @param folder Its address ends in a slash.
 * @throws {Error} when there is no readable `package.json`.
 */
export async function readInstalledPackage(folder: URL): Promise<InstalledPackage> {
  const description = JSON.parse(await Deno.readTextFile(new URL("package.json", folder)));
  const licence = namedLicence(description) ?? await licenceOfFile(folder);
  return { name: description.name, version: description.version, licence };
}

/**
 * The licence that a `package.json`, or a registry's copy of it, names.
 *
 * @returns Undefined where it names none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(namedLicence({ license: "MIT" }), "MIT");
 * assert.equal(namedLicence({ licenses: [{ type: "MIT" }, { type: "ISC" }] }), "(MIT OR ISC)");
 * assert.equal(namedLicence({}), undefined);
 * ```
 */
export function namedLicence({ license, licenses }: NamedLicence): string | undefined {
  if (license) return typeof license === "string" ? license : license.type;
  const types = (licenses ?? []).flatMap(({ type }) => type ?? []);
  return types.length > 1 ? `(${types.join(" OR ")})` : types[0];
}

/** What only the text of one licence says; that of three clauses is told from that of two first. */
const texts: readonly (readonly [licence: string, says: RegExp])[] = [
  ["MIT", /permission is hereby granted, free of charge, to any person obtaining a copy/i],
  ["ISC", /permission to use, copy, modify, and\/or distribute this software for any purpose/i],
  ["Apache-2.0", /apache license\s+version 2\.0, january 2004/i],
  ["MPL-2.0", /mozilla public license,? version 2\.0/i],
  ["BSD-3-Clause", /redistributions? in binary form[^]*neither the name/i],
  ["BSD-2-Clause", /redistributions? in binary form/i],
];

async function licenceOfFile(folder: URL): Promise<string | undefined> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !/^(licen[cs]e|copying)/i.test(name)) continue;
    const text = await Deno.readTextFile(new URL(encodeURIComponent(name), folder));
    const plain = text.replace(/\s+/g, " ");
    return texts.find(([, says]) => says.test(plain))?.[0] ?? `see its ${name}`;
  }
  return undefined;
}
