/**
 * An audit's report as a person reads it.
 *
 * @module
 */

import { formatTable } from "../../train/terminal/table.ts";
import { keyOf } from "./dependency.ts";
import type { Finding, Report } from "./examine.ts";
import type { Exception } from "./policy.ts";

/** How many of the youngest are named. */
const youngest = 5;

/** Writes the table of all dependencies, then what it comes to. */
export function formatReport(report: Report): string {
  const { dependencies, licences, advisories, refused, excepted, unused, notLearned } = report;
  const sections = [
    formatDependencies(dependencies),
    formatTable(
      ["licence", "number"],
      Object.entries(licences).map(([licence, count]) => [
        licence,
        String(count),
      ]),
    ),
    formatAges(dependencies),
    list("deprecated or yanked, as far as the registries say", dependencies.flatMap(tellWithdrawn)),
    ...Object.entries(advisories).map(([source, known]) =>
      known
        ? list(
          `advisories (${source})`,
          known.map(({ package: key, id, title }) => `${key}: ${id}: ${title}`),
        )
        : `advisories (${source}): NOT AVAILABLE, so nothing is known of any`
    ),
    list("allowed by an exception", excepted.map(tellException)),
    list("exceptions that nothing needs", unused.map(tellException)),
    list("could not be learned", notLearned),
    list("REFUSED", refused),
  ];
  return sections.join("\n\n");
}

function formatDependencies(dependencies: readonly Finding[]): string {
  const rows = dependencies.map((one) => [
    keyOf(one),
    one.licence ?? "?",
    one.published?.slice(0, 10) ?? "?",
    one.days === undefined ? "?" : String(one.days),
    one.pinnedBy.join(", "),
  ]);
  return formatTable(["dependency", "licence", "published", "days ago", "pinned by"], rows);
}

function formatAges(dependencies: readonly Finding[]): string {
  const dated = dependencies.filter(({ days }) => days !== undefined);
  const sorted = dated.sort((a, b) => a.days! - b.days!).slice(0, youngest);
  const names = sorted.map((one) => `${keyOf(one)} (${one.days} days)`).join(", ");
  const { length } = dependencies;
  return `${length} dependencies; the age of ${dated.length} is known; the youngest: ${
    names || "?"
  }`;
}

function tellWithdrawn(one: Finding): string[] {
  return one.withdrawn ? [`${keyOf(one)}: ${one.withdrawn}`] : [];
}

function tellException(exception: Exception): string {
  const what = "licence" in exception ? exception.licence : exception.advisory;
  return `${exception.package}: ${what}: ${exception.reason}`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return `${title}: none`;
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
