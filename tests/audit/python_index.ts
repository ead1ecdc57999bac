/**
 * Asks the Python package index that pip itself would ask.
 *
 * @module
 */

import { messageOf } from "../../edge/message_of.ts";
import { askForJson, isUnreachable } from "./ask.ts";
import { findPip } from "../../train/setup/pip.ts";
import {
  type Advisory,
  type Dependency,
  keyOf,
  type Published,
  type SourceAnswer,
} from "./dependency.ts";

/** A file as an index lists it (PEP 691, PEP 700). */
interface IndexFile {
  readonly filename: string;
  readonly hashes: { readonly sha256?: string };
  readonly "upload-time"?: string;
  /** A text says why. */
  readonly yanked?: boolean | string;
}

/** Asks for the date and hash of each wheel, and for what is known against it where the index tells that too. */
export async function askPython(wheels: readonly Dependency[]): Promise<SourceAnswer> {
  const published = new Map<string, Published>(), notLearned: string[] = [];
  const advisories: Advisory[] = [];
  let index: URL;
  try {
    index = await pipIndex();
  } catch (error) {
    return { published, notLearned: [`the Python index: ${messageOf(error)}`] };
  }
  for (const wheel of wheels) {
    try {
      published.set(wheel.hash, await askForFile(index, wheel));
    } catch (error) {
      const unreachable = isUnreachable(error);
      notLearned.push(`${unreachable ? "the Python index" : keyOf(wheel)}: ${messageOf(error)}`);
      if (unreachable) return { published, notLearned };
    }
  }
  try {
    for (const wheel of wheels) advisories.push(...await askAdvisories(index, wheel));
    return { published, advisories, notLearned };
  } catch (error) {
    notLearned.push(`advisories: not available from this Python index: ${messageOf(error)}`);
    return { published, notLearned };
  }
}

/** pip's help names the index in use, whether by default, by its configuration or by the environment. */
async function pipIndex(): Promise<URL> {
  const [command, ...args] = findPip();
  const { stdout } = await new Deno.Command(command, {
    args: [...args, "download", "--help"],
    stderr: "null",
  }).output();
  const address = /--index-url <url>[^(]*\(default\s+([^\s)]+)\)/
    .exec(new TextDecoder().decode(stdout))?.[1];
  if (!address) throw new Error("pip does not say which one it asks");
  return new URL(`${address.replace(/\/$/, "")}/`);
}

async function askForFile(index: URL, { name, file }: Dependency): Promise<Published> {
  const headers = { accept: "application/vnd.pypi.simple.v1+json" };
  const address = new URL(`${name}/`, index);
  const { files }: { files: readonly IndexFile[] } = await askForJson(name, address, { headers });
  const entry = files.find(({ filename }) => filename === file);
  if (!entry) throw new Error(`it has no ${file}`);
  const { hashes: { sha256 }, yanked } = entry;
  return {
    time: entry["upload-time"],
    hash: sha256,
    withdrawn: yanked ? `yanked: ${yanked === true ? "without a reason" : yanked}` : undefined,
  };
}

/** Not in the index's standard; the public one offers it beside its index. */
async function askAdvisories(index: URL, wheel: Dependency): Promise<Advisory[]> {
  const { name, version } = wheel;
  const address = new URL(`../pypi/${name}/${version}/json`, index);
  const { vulnerabilities }: { vulnerabilities?: readonly Vulnerability[] } = await askForJson(
    `what is known against ${name}`,
    address,
  );
  if (!vulnerabilities) throw new Error(`it does not say what is known against ${name}`);
  return vulnerabilities.filter(({ withdrawn }) => !withdrawn).map((
    { id, summary, details = "" },
  ) => ({ package: keyOf(wheel), id, title: (summary ?? details).split("\n", 1)[0] }));
}

interface Vulnerability {
  readonly id: string;
  readonly summary?: string | null;
  readonly details?: string;
  readonly withdrawn?: string | null;
}
