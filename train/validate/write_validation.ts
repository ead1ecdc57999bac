/**
 * The files of a validation: JSON and CSV for programs, a page for people.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeWholeFile } from "../storage/write_whole_file.ts";
import { notForClinicalUse } from "../terminal/command_line.ts";
import { validationPage, type ValidationPageContent } from "./report/validation_page.ts";
import { toCsv } from "./validation_csv.ts";
import { toJson } from "./validation_json.ts";

/** What a validation leaves in its folder. */
export const validationFiles = {
  json: "validation.json",
  csv: "validation.csv",
  page: "validation.html",
} as const;

/**
 * Writes them.
 *
 * @param source Stands first in the JSON: what was measured, and how.
 * @returns The path of the page.
 */
export async function writeValidation(
  out: string,
  source: Readonly<Record<string, unknown>>,
  content: ValidationPageContent,
): Promise<string> {
  const { validation, gates } = content;
  const json = { ...source, gates, ...validation, notFor: notForClinicalUse };
  const page = join(out, validationFiles.page);
  await mkdir(out, { recursive: true });
  await writeWholeFile(join(out, validationFiles.json), toJson(json));
  await writeWholeFile(join(out, validationFiles.csv), toCsv(validation));
  await writeWholeFile(page, await validationPage(content));
  return page;
}
