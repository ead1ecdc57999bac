/**
 * What an audit knows of a dependency.
 *
 * @module
 */

/** A dependency as this project pins it: by version and hash. */
export interface Dependency {
  /** Where it comes from: the npm registry, or a Python package index. */
  readonly source: "npm" | "python";
  readonly name: string;
  readonly version: string;
  /** As the source writes it: `sha512-` and base64 for npm, SHA-256 in hexadecimal for a Python wheel. */
  readonly hash: string;
  /** The wheel's file. */
  readonly file?: string;
  /** Paths of the files in this repository that pin it. */
  readonly pinnedBy: readonly string[];
  /** Its licence where it is known without asking anybody. */
  readonly licence?: string;
}

/** What its source says of it. */
export interface Published {
  /** When this version was published; ISO 8601. */
  readonly time?: string;
  readonly licence?: string;
  /** The hash that the source names. */
  readonly hash?: string;
  /** Why nobody should use it any more. */
  readonly withdrawn?: string;
}

/** A known weakness. */
export interface Advisory {
  readonly package: string;
  /** As in `GHSA-...`. */
  readonly id: string;
  /** As its source has it; undefined where it has none. */
  readonly severity?: string;
  readonly title: string;
}

/** What a source knows. What could not be learned is missing, and told in words. */
export interface SourceAnswer {
  /** By the hash that the dependency is pinned by. */
  readonly published: ReadonlyMap<string, Published>;
  /** Undefined where the source offers none, which says nothing about the packages. */
  readonly advisories?: readonly Advisory[];
  readonly notLearned: readonly string[];
}

/** A dependency's name and version, as in `zod@4.6.7`. */
export function keyOf({ name, version }: Pick<Dependency, "name" | "version">): string {
  return `${name}@${version}`;
}
