/**
 * Every dependency that this project pins by its hash.
 *
 * @module
 */

import { nativeFolder, versionFolder } from "../../edge/native/installation.ts";
import { parseDenoLock } from "../../edge/sbom/deno_lock.ts";
import { readInstalledPackage } from "../../edge/sbom/installed_package.ts";
import { wheelSets } from "../../train/setup/tensorflow_wheels.ts";
import { type Dependency, keyOf } from "./dependency.ts";

const root = new URL("../../", import.meta.url);

/** Lock files of Deno, each with the folder that it is installed into. */
const locks = [
  ["deno.lock", root],
  ["edge/native/onnxruntime.lock", versionFolder(nativeFolder)],
] as const;

const wheelsPath = "train/setup/tensorflow_wheels.ts";

/** Lists them, npm's first, each sorted by name. Licences are known of what is installed, and of wheels. */
export async function lockedDependencies(): Promise<Dependency[]> {
  const packages = new Map<string, Dependency>();
  for (const [path, folder] of locks) {
    for (const { name, version, integrity } of parseDenoLock(await readText(path))) {
      const key = keyOf({ name, version }), known = packages.get(key);
      packages.set(key, {
        source: "npm",
        name,
        version,
        hash: integrity,
        pinnedBy: [...known?.pinnedBy ?? [], path],
        licence: known?.licence ?? await installedLicence(folder, name, version),
      });
    }
  }
  return [...sorted(packages.values()), ...sorted(lockedWheels())];
}

function lockedWheels(): Dependency[] {
  return wheelSets().flatMap(({ wheels }) => wheels).map(
    ({ requirement, file, sha256, licence }) => {
      const [name, version] = requirement.split("==");
      return {
        source: "python",
        name,
        version,
        hash: sha256,
        file,
        pinnedBy: [wheelsPath],
        licence,
      };
    },
  );
}

/** Deno's own place for a package; those for other systems are not there. */
async function installedLicence(folder: URL, name: string, version: string) {
  const store = `node_modules/.deno/${name.replace("/", "+")}@${version}/node_modules/${name}/`;
  return await readInstalledPackage(new URL(store, folder)).then(
    ({ licence }) => licence,
    () => undefined,
  );
}

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, root));
}

function sorted(dependencies: Iterable<Dependency>): Dependency[] {
  return [...dependencies].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
}
