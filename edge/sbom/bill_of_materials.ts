/**
 * The bill of materials of `dist/`: CycloneDX 1.6 as JSON, the same text for the same bundle.
 *
 * @module
 */

import * as License from "@cyclonedx/cyclonedx-library/Contrib/License";
import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import * as Serialize from "@cyclonedx/cyclonedx-library/Serialize";
import * as Spec from "@cyclonedx/cyclonedx-library/Spec";
import { PackageURL } from "packageurl-js";
import parseExpression from "spdx-expression-parse";
import type { ModelCard } from "../../shared/model_card.ts";
import { pageModelFiles } from "../offered_model.ts";

/** A package of npm that went into the bundle. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Its licence files, by name, which most licences ask to pass on. */
  readonly notices: ReadonlyMap<string, Models.Attachment>;
  /** SHA-512 of its tarball, in hexadecimal. */
  readonly sha512: string;
  /** Names and versions of what it imports, as in `zod@4.6.7`. */
  readonly imports: readonly string[];
  /** Paths of files in `dist/` that were copied out of it as they are. */
  readonly copies: readonly string[];
}

/** A picture or mask in the bundle. */
export interface Data {
  readonly path: string;
  /** Identifiers of SPDX, all of which hold. */
  readonly licences: readonly string[];
}

/** All that a bundle is made of. */
export interface Materials {
  readonly packages: readonly Package[];
  /** Names and versions of the packages that the project's own modules import. */
  readonly direct: readonly string[];
  readonly models: readonly ModelCard[];
  readonly data: readonly Data[];
  /** SHA-256 in hexadecimal of every file in `dist/`, by its path there. */
  readonly files: ReadonlyMap<string, string>;
  /** When it was built; absent, the bill names no time, so that it is the same for the same bundle. */
  readonly builtAt?: Date;
}

/**
 * Writes the bill. Packages are libraries, with the files that were copied out of them inside; models and data are what
 * CycloneDX calls so; every other file is a part of the project itself.
 *
 * @throws {Error} naming a file or package that a part speaks of and that there is not.
 */
export function billOfMaterials(materials: Materials): string {
  const { packages, models, data, builtAt } = materials;
  const files = new Map(materials.files);
  const libraries = new Map(packages.map((part) => [keyOf(part), describePackage(part, files)]));
  const bill = new Models.Bom();
  for (const library of libraries.values()) bill.components.add(library);
  for (const card of models) bill.components.add(describeModel(card, files));
  for (const part of data) bill.components.add(describeData(part, files));
  const project = describeProject(files);
  connect(project, materials.direct, libraries);
  for (const part of packages) connect(libraries.get(keyOf(part))!, part.imports, libraries);
  bill.metadata.component = project;
  bill.metadata.timestamp = builtAt;
  return serialize(bill);
}

const keyOf = ({ name, version }: Package) => `${name}@${version}`;
const licences = new License.Factories.LicenseFactory(parseExpression);

function licencesOf(names: readonly string[]): Models.LicenseRepository {
  return new Models.LicenseRepository(names.map((name) => licences.makeFromString(name)));
}

function hashOf(algorithm: Enums.HashAlgorithm, digest: string): Models.HashDictionary {
  return new Models.HashDictionary([[algorithm, digest]]);
}

function describeNotices({ notices }: Package): Models.ComponentEvidence | undefined {
  if (notices.size === 0) return undefined;
  const files = Array.from(notices, ([file, text]) => {
    return new Models.NamedLicense(`file: ${file}`, { text });
  });
  return new Models.ComponentEvidence({ licenses: new Models.LicenseRepository(files) });
}

/** Takes a file out of those that belong to nobody yet. */
function takeFile(files: Map<string, string>, path: string): Models.HashDictionary {
  const sha256 = files.get(path);
  if (!sha256) throw new Error(`Cannot list ${path} as it must be a file of the bundle`);
  files.delete(path);
  return hashOf(Enums.HashAlgorithm["SHA-256"], sha256);
}

function describeFile(path: string, hashes: Models.HashDictionary): Models.Component {
  return new Models.Component(Enums.ComponentType.File, path, { bomRef: path, hashes });
}

function describePackage(part: Package, files: Map<string, string>): Models.Component {
  const [name, group] = part.name.split("/").reverse();
  const purl = new PackageURL("npm", group, name, part.version).toString();
  const library = new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: purl,
    group,
    version: part.version,
    purl,
    licenses: licencesOf([part.licence]),
    evidence: describeNotices(part),
    hashes: hashOf(Enums.HashAlgorithm["SHA-512"], part.sha512),
  });
  for (const path of part.copies) {
    library.components.add(describeFile(path, takeFile(files, path)));
  }
  return library;
}

function describeModel({ name, version, licence }: ModelCard, files: Map<string, string>) {
  const path = `page/${pageModelFiles(name).model}`;
  return new Models.Component(Enums.ComponentType.MachineLearningModel, name, {
    bomRef: path,
    version,
    licenses: licencesOf([licence]),
    hashes: takeFile(files, path),
  });
}

function describeData({ path, licences }: Data, files: Map<string, string>): Models.Component {
  return new Models.Component(Enums.ComponentType.Data, path, {
    bomRef: path,
    licenses: licencesOf(licences),
    hashes: takeFile(files, path),
  });
}

/** The project, of the files that are left. */
function describeProject(files: Map<string, string>): Models.Component {
  const project = new Models.Component(Enums.ComponentType.Application, "gliomap", {
    bomRef: "gliomap",
    licenses: licencesOf(["MIT"]),
  });
  for (const path of files.keys()) {
    project.components.add(describeFile(path, takeFile(files, path)));
  }
  return project;
}

function connect(
  part: Models.Component,
  imports: Iterable<string>,
  libraries: ReadonlyMap<string, Models.Component>,
): void {
  for (const key of imports) {
    const library = libraries.get(key);
    if (!library) throw new Error(`Cannot list what imports ${key} as it must be in the bundle`);
    part.dependencies.add(library.bomRef);
  }
}

function serialize(bill: Models.Bom): string {
  const normalize = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const serializer = new Serialize.JsonSerializer(normalize);
  return `${serializer.serialize(bill, { sortLists: true, space: 2 })}
`;
}
