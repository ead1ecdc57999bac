/**
 * Asks the npm registry that npm itself would ask: that of `.npmrc` and `npm_config_registry`, or of a package's scope,
 * with the token that they hold for it.
 *
 * @module
 */

import getToken from "registry-auth-token";
import getRegistry from "registry-auth-token/registry-url.js";
import { satisfies } from "semver";
import { messageOf } from "../../edge/message_of.ts";
import { type NamedLicence, namedLicence } from "../../edge/sbom/installed_package.ts";
import { askForJson, isUnreachable } from "./ask.ts";
import {
  type Advisory,
  type Dependency,
  keyOf,
  type Published,
  type SourceAnswer,
} from "./dependency.ts";

/** Requests at once. */
const parallel = 8;

/** A registry's document about a package, as far as it is read. */
interface Packument {
  readonly time?: Readonly<Record<string, string>>;
  readonly versions?: Readonly<Record<string, Manifest>>;
}

interface Manifest extends NamedLicence {
  readonly dist?: { readonly integrity?: string };
  readonly deprecated?: string;
}

/** Asks for the date, licence and hash of each package, and for advisories about all. */
export async function askNpm(dependencies: readonly Dependency[]): Promise<SourceAnswer> {
  const published = new Map<string, Published>(), notLearned: string[] = [];
  const byName = Map.groupBy(dependencies, ({ name }) => name), names = byName.entries();
  let unreachable = false;
  const askInTurn = async () => {
    for (const [name, versions] of names) {
      if (unreachable) return;
      try {
        const packument = await ask(name, new URL(name.replace("/", "%2f"), registryOf(name)));
        for (const one of versions) published.set(one.hash, read(packument, one.version));
      } catch (error) {
        unreachable = isUnreachable(error);
        notLearned.push(`${unreachable ? "the npm registry" : name}: ${messageOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, askInTurn));
  if (unreachable) return { published, notLearned: notLearned.slice(-1) };
  const advisories = await askAdvisories(byName).catch((error) => {
    notLearned.push(`advisories: not available from this registry: ${messageOf(error)}`);
    return undefined;
  });
  return { published, advisories, notLearned };
}

function read({ time, versions }: Packument, version: string): Published {
  const manifest = versions?.[version] ?? {};
  return {
    time: time?.[version],
    licence: namedLicence(manifest),
    hash: manifest.dist?.integrity,
    withdrawn: manifest.deprecated,
  };
}

const scopeOf = (name: string) => name.startsWith("@") ? name.split("/", 1)[0] : undefined;
const registryOf = (name: string): string => getRegistry(scopeOf(name));

/** Asks a registry with the token that npm holds for it. */
async function ask(what: string, address: URL, body?: unknown) {
  const token = getToken(address.href, { recursive: true });
  const headers = new Headers();
  if (token) headers.set("authorization", `${token.type} ${token.token}`);
  if (!body) return await askForJson(what, address, { headers });
  headers.set("content-type", "application/json");
  return await askForJson(what, address, { method: "POST", headers, body: JSON.stringify(body) });
}

/** What npm's own `audit` asks: one question with every version, which is answered with ranges. */
async function askAdvisories(
  byName: ReadonlyMap<string, readonly Dependency[]>,
): Promise<Advisory[]> {
  const body = Object.fromEntries(
    Array.from(byName, ([name, versions]) => [name, versions.map(({ version }) => version)]),
  );
  const address = new URL("-/npm/v1/security/advisories/bulk", getRegistry());
  const answer: Record<string, readonly Bulletin[]> = await ask(
    "npm audit's question",
    address,
    body,
  );
  return Object.entries(answer).flatMap(([name, bulletins]) =>
    bulletins.flatMap((bulletin) =>
      (byName.get(name) ?? []).filter(({ version }) => isHit(version, bulletin)).map((one) => ({
        package: keyOf(one),
        id: bulletin.url?.split("/").at(-1) ?? String(bulletin.id),
        severity: bulletin.severity,
        title: bulletin.title,
      }))
    )
  );
}

/** An advisory as the registry has it. */
interface Bulletin {
  readonly id: number;
  /** Ends in the name that the advisory has everywhere. */
  readonly url?: string;
  readonly title: string;
  readonly severity?: string;
  readonly vulnerable_versions: string;
}

function isHit(version: string, { vulnerable_versions }: Bulletin): boolean {
  return satisfies(version, vulnerable_versions, { includePrerelease: true, loose: true });
}
