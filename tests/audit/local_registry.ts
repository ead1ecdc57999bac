/** A registry and a Python index on this machine, that know all that is pinned and say of it what a test wants. */

import type { Dependency } from "./dependency.ts";
import { lockedDependencies } from "./locked_dependencies.ts";

/** When everything was published. */
export const publishedAt = "2020-01-02T03:04:05.000Z";

/** What the registry says; by default what is pinned, with MIT as the licence, and no advisory. */
export interface Says {
  /** Changes to a version's entry, by name. */
  readonly manifests?: Readonly<Record<string, object>>;
  /** npm's advisories by package; `null` answers as a registry that has none. */
  readonly advisories?: Readonly<Record<string, readonly object[]>> | null;
  /** Those of the Python index; `null` likewise. */
  readonly vulnerabilities?: Readonly<Record<string, readonly object[]>> | null;
  /** Changes to an index's entry for a wheel, by name. */
  readonly files?: Readonly<Record<string, object>>;
  /** What every request to the npm registry must carry. */
  readonly authorization?: string;
}

/** A running registry. */
export interface Registry extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
}

/** Starts one on a free port. */
export async function startRegistry(says: Says = {}): Promise<Registry> {
  const dependencies = await lockedDependencies();
  const { npm = [], python = [] } = Object.groupBy(dependencies, ({ source }) => source);
  const handle = async (request: Request) => {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    if (path.startsWith("simple/")) return listFiles(path.split("/")[1], python, says);
    if (path.startsWith("pypi/")) return listVulnerabilities(path.split("/")[1], says);
    if (says.authorization && request.headers.get("authorization") !== says.authorization) {
      return new Response(null, { status: 401 });
    }
    if (request.method === "POST") return await listAdvisories(request, says);
    return describePackage(path, npm, says);
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handle);
  return {
    address: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function describePackage(name: string, npm: readonly Dependency[], { manifests }: Says): Response {
  const known = npm.filter((one) => one.name === name);
  if (known.length === 0) return new Response(null, { status: 404 });
  const versions = Object.fromEntries(known.map(({ version, hash }) => [
    version,
    { name, version, license: "MIT", dist: { integrity: hash }, ...manifests?.[name] },
  ]));
  const time = Object.fromEntries(known.map(({ version }) => [version, publishedAt]));
  return Response.json({ name, versions, time });
}

/** As npm's registry: only of packages that were asked for, with the ranges they hold for. */
async function listAdvisories(request: Request, { advisories = {} }: Says): Promise<Response> {
  if (!advisories) return new Response(null, { status: 405 });
  const asked = await request.json();
  return Response.json(
    Object.fromEntries(Object.entries(advisories).filter(([name]) => asked[name])),
  );
}

function listFiles(name: string, python: readonly Dependency[], { files }: Says): Response {
  const known = python.filter((wheel) => wheel.name === name);
  return Response.json({
    files: known.map(({ file, hash }) => ({
      filename: file,
      hashes: { sha256: hash },
      "upload-time": publishedAt,
      yanked: false,
      ...files?.[name],
    })),
  });
}

function listVulnerabilities(name: string, { vulnerabilities = {} }: Says): Response {
  if (!vulnerabilities) return new Response(null, { status: 404 });
  return Response.json({ vulnerabilities: vulnerabilities[name] ?? [] });
}
