/**
 * What the bill of materials has to list, found out from a bundle and what is installed.
 *
 * @module
 */

import * as License from "@cyclonedx/cyclonedx-library/Contrib/License";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bundle } from "../bundle_build.ts";
import { bundleOptions } from "../bundle_options.ts";
import type { Data, Materials, Package } from "./bill_of_materials.ts";
import { findBundledPackages } from "./bundled_packages.ts";
import { hashOfIntegrity, parseDenoLock } from "./deno_lock.ts";
import { readInstalledPackage } from "./installed_package.ts";

const root = pathToFileURL(`${bundleOptions.absWorkingDir}/`);

/** Whose WebAssembly is copied into the bundle as it is. */
const engine = "onnxruntime-web";

/** The published images, and the data set with the masks (`train/sample/LICENSE.md`). */
const sampleLicences = ["CC-BY-3.0", "CC-BY-NC-SA-4.0"];

/**
 * Lists the packages, models and data of a bundle.
 *
 * @param files SHA-256 of each of its files, as written.
 * @throws {Error} naming a package that the lock file does not pin, or that names no licence.
 */
export async function listMaterials(
  { metafiles, models }: Bundle,
  files: ReadonlyMap<string, string>,
): Promise<Materials> {
  const { direct, imports } = findBundledPackages(metafiles);
  const lock = parseDenoLock(await Deno.readTextFile(new URL("deno.lock", root)));
  const hashes = new Map(lock.map((pinned) => [keyOf(pinned), hashOfIntegrity(pinned.integrity)]));
  const installed = new Map(
    await Promise.all(
      [...imports.keys()].map(async (path) => {
        return [path, await readInstalledPackage(new URL(`${path}/`, root))] as const;
      }),
    ),
  );
  const keys = (paths: Iterable<string>) =>
    Array.from(paths, (path) => keyOf(installed.get(path)!));
  const packages = Array.from(imports, ([path, others]): Package => {
    const { name, version, licence } = installed.get(path)!, key = `${name}@${version}`;
    const sha512 = hashes.get(key);
    if (!sha512) throw new Error(`Cannot list ${key} as it must be in deno.lock`);
    if (!licence) throw new Error(`Cannot list ${key} as it must name its licence`);
    const copies = name === engine ? [...files.keys()].filter(isWasm) : [];
    const notices = readNotices(join(bundleOptions.absWorkingDir, path));
    return { name, version, licence, notices, sha512, imports: keys(others), copies };
  });
  const data = [...files.keys()].filter(isSample).map((path): Data => ({
    path,
    licences: sampleLicences,
  }));
  return { packages, direct: keys(direct), models, data, files };
}

const licenceFiles = new License.Utils.LicenseEvidenceGatherer();

function readNotices(folder: string): Package["notices"] {
  const files = licenceFiles.getFileAttachments(folder);
  return new Map(Array.from(files, ({ file, text }) => [file, text]));
}

const keyOf = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
const isWasm = (path: string) => /^page\/assets\/ort-wasm[^/]*\.wasm(\.br)?$/.test(path);
const isSample = (path: string) => /^page\/assets\/samples\/.*\.tif(\.br)?$/.test(path);
