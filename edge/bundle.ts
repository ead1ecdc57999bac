/**
 * `deno task bundle`: the page and the edge function into `dist/`.
 *
 * @module
 */

import { Command } from "commander";
import { createHash } from "node:crypto";
import { parseNumber } from "../shared/argument.ts";
import { brotliSuffix } from "./assets.ts";
import { buildBundle, type Bundle } from "./bundle_build.ts";
import { type Group, groupFiles, spend, type Spent } from "./bundle_budget.ts";
import { compress } from "./compress.ts";
import { messageOf } from "./message_of.ts";
import { billOfMaterials } from "./sbom/bill_of_materials.ts";
import { listMaterials } from "./sbom/list_materials.ts";

const dist = new URL("../dist/", import.meta.url);
/** Where a build is written before it takes the place of the last. */
const fresh = new URL("../.dist/", import.meta.url);

function formatRow(name: string, cells: readonly string[]): string {
  return name.padEnd(56) + cells.map((cell) => cell.padStart(10)).join("");
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);

async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = new URL(path, fresh);
  await Deno.mkdir(new URL("./", target), { recursive: true });
  await Deno.writeFile(target, bytes);
}

/** What was written of a bundle, by its path in `dist/`. */
interface Written {
  /** Bytes with Brotli. */
  readonly compressed: ReadonlyMap<string, number>;
  /** SHA-256 in hexadecimal, of compressed twins too. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** A file of the bundle, as it is and with Brotli. */
interface Packed {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly brotli: Uint8Array;
}

/** Compresses all files at once: two, each in a thread of its own, take far longer than all others together. */
async function packAll({ files }: Bundle): Promise<Packed[]> {
  return await Promise.all(
    Array.from(files, async ([path, read]) => {
      const bytes = await read();
      return { path, bytes, brotli: await compress(bytes, new URL(path, dist)) };
    }),
  );
}

/** Writes every file, the page's with a compressed twin where that is smaller, and prints the sizes. */
async function writeAll(
  files: readonly Packed[],
  groupOf: (path: string) => Group,
): Promise<Written> {
  const compressed = new Map<string, number>(), hashes = new Map<string, string>();
  const write = async (path: string, bytes: Uint8Array) => {
    await writeFile(path, bytes);
    hashes.set(path, createHash("sha256").update(bytes).digest("hex"));
  };
  console.log(formatRow("kB", ["raw", "brotli", "  for"]));
  for (const { path, bytes, brotli } of files) {
    await write(path, bytes);
    const smaller = brotli.length < bytes.length;
    if (path.startsWith("page/") && smaller) await write(path + brotliSuffix, brotli);
    compressed.set(path, Math.min(brotli.length, bytes.length));
    console.log(
      `${formatRow(path, [kilobytes(bytes.length), kilobytes(brotli.length)])}  ${groupOf(path)}`,
    );
  }
  return { compressed, hashes };
}

/** Seconds since 1970, as far as dates go. */
const epochLimits = { integer: true, minimum: 0, maximum: 8.64e12 };

/** The bill says when the bundle was built only where SOURCE_DATE_EPOCH does, so that the same bundle has the same. */
async function writeBill(bundle: Bundle, hashes: ReadonlyMap<string, string>): Promise<string> {
  const materials = await listMaterials(bundle, hashes);
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH");
  const seconds = epoch ? parseNumber("SOURCE_DATE_EPOCH", epoch, epochLimits) : undefined;
  const builtAt = seconds === undefined ? undefined : new Date(1000 * seconds);
  const text = billOfMaterials({ ...materials, builtAt });
  await writeFile("sbom.json", new TextEncoder().encode(text));
  const { packages, models } = materials;
  return `sbom.json lists ${packages.length} packages and ${models.length} models`;
}

function printBudgets(spent: readonly Spent[]): void {
  console.log();
  for (const { budget: { name, maxBytes }, bytes } of spent) {
    const share = `${kilobytes(bytes)} of ${kilobytes(maxBytes)} kB`;
    console.log(`${name}: ${share} with Brotli`);
  }
}

/** @throws {Error} naming every budget that was not kept. */
function assertWithin(spent: readonly Spent[]): void {
  const over = spent.filter(({ budget, bytes }) => bytes > budget.maxBytes);
  if (over.length === 0) return;
  const names = over.map(({ budget }) => budget.name).join(" and ");
  throw new Error(
    `Cannot ship the bundle as it must keep to its budget: ${names} weighs too much`,
  );
}

async function main(): Promise<void> {
  new Command("deno task bundle")
    .description("Builds the page and the edge function (dist/edge.js, for deno serve) into dist/.")
    .parse(Deno.args, { from: "user" });
  const bundle = await buildBundle(), groupOf = groupFiles(bundle.metafiles[0]);
  await Deno.remove(fresh, { recursive: true }).catch(() => {});
  const { compressed, hashes } = await writeAll(await packAll(bundle), groupOf);
  const listed = await writeBill(bundle, hashes);
  const spent = spend(compressed, groupOf);
  printBudgets(spent);
  console.log(listed);
  assertWithin(spent);
  // Only a whole build, within its budgets, takes the place of the last.
  await Deno.remove(dist, { recursive: true }).catch(() => {});
  await Deno.rename(fresh, dist);
  console.log("Run it: deno serve --allow-read=dist --host 127.0.0.1 dist/edge.js");
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(1);
}
