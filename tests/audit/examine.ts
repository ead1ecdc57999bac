/**
 * Puts together what is known of every dependency, and judges it.
 *
 * @module
 */

import { type Advisory, type Dependency, keyOf, type SourceAnswer } from "./dependency.ts";
import {
  type Exception,
  judgeAdvisory,
  judgeLicence,
  type Policy,
  type Verdict,
} from "./policy.ts";

/** A dependency as it is reported. */
export interface Finding extends Dependency {
  /** ISO 8601; undefined where it could not be learned. */
  readonly published?: string;
  /** Whole days since then. */
  readonly days?: number;
  readonly withdrawn?: string;
}

/** All that an audit found. */
export interface Report {
  readonly dependencies: readonly Finding[];
  /** How many have each licence, most first. */
  readonly licences: Readonly<Record<string, number>>;
  /** Undefined where a source offers none, which is not the same as none. */
  readonly advisories: Readonly<Record<Dependency["source"], readonly Advisory[] | undefined>>;
  /** What may not be, in words; a project without any is fine. */
  readonly refused: readonly string[];
  /** Exceptions that were made use of. */
  readonly excepted: readonly Exception[];
  /** Exceptions that nothing needs any more. */
  readonly unused: readonly Exception[];
  /** What nobody could tell, in words. */
  readonly notLearned: readonly string[];
}

/** What each source answered. */
export type Answers = Readonly<Record<Dependency["source"], SourceAnswer>>;

const dayMs = 86_400_000;

/**
 * Judges dependencies by a policy: a licence that is not allowed, an advisory of high severity or worse (or of none
 * that is named) and a hash that is not the source's are refused. What could not be learned is told, and refuses
 * nothing.
 *
 * @param now Milliseconds since 1970, from which ages are counted.
 */
export function examine(
  dependencies: readonly Dependency[],
  answers: Answers,
  policy: Policy,
  now: number,
): Report {
  const findings = dependencies.map((one) => describe(one, answers[one.source], now));
  const verdicts = [
    ...findings.flatMap((finding) => licenceVerdict(finding, policy)),
    ...Object.values(answers).flatMap(({ advisories = [] }) => advisories).map((advisory) =>
      [tellAdvisory(advisory), judgeAdvisory(policy, advisory)] as const
    ),
  ];
  const excepted = new Set(verdicts.flatMap(([, verdict]) => isException(verdict) ? verdict : []));
  const noAdvisories = Object.values(answers).some(({ advisories }) => !advisories);
  const idle = [
    ...policy.licenceExceptions,
    // Nobody knows whether these are still needed.
    ...noAdvisories ? [] : policy.advisoryExceptions,
  ];
  return {
    dependencies: findings,
    licences: countLicences(findings),
    advisories: { npm: answers.npm.advisories, python: answers.python.advisories },
    refused: [
      ...verdicts.flatMap(([what, verdict]) => verdict === "refused" ? what : []),
      ...dependencies.flatMap((one) => tellOtherHash(one, answers[one.source])),
    ],
    excepted: [...excepted],
    unused: idle.filter((exception) => !excepted.has(exception)),
    notLearned: [
      ...Object.values(answers).flatMap((answer) => answer.notLearned),
      ...tellGaps(findings),
    ],
  };
}

function describe(dependency: Dependency, { published }: SourceAnswer, now: number): Finding {
  const { time, licence, withdrawn } = published.get(dependency.hash) ?? {};
  return {
    ...dependency,
    licence: dependency.licence ?? licence,
    published: time,
    days: time ? Math.floor((now - Date.parse(time)) / dayMs) : undefined,
    withdrawn,
  };
}

function isException(verdict: Verdict): verdict is Exception {
  return typeof verdict === "object";
}

function licenceVerdict(finding: Finding, policy: Policy): (readonly [string, Verdict])[] {
  const { name, licence } = finding;
  if (!licence) return [];
  return [[`${keyOf(finding)}: its licence is ${licence}`, judgeLicence(policy, name, licence)]];
}

function tellAdvisory({ package: key, id, severity = "unknown", title }: Advisory): string {
  return `${key}: ${id}, severity ${severity}: ${title}`;
}

/** A version that was published once more under the same number. */
function tellOtherHash(dependency: Dependency, { published }: SourceAnswer): string[] {
  const hash = published.get(dependency.hash)?.hash;
  if (!hash || hash === dependency.hash) return [];
  return [`${keyOf(dependency)}: it is pinned as ${dependency.hash}, but is ${hash} now`];
}

function countLicences(findings: readonly Finding[]): Record<string, number> {
  const groups = Map.groupBy(findings, ({ licence = "unknown" }) => licence);
  const counts = Array.from(groups, ([licence, { length }]) => [licence, length] as const);
  return Object.fromEntries(counts.sort(([, a], [, b]) => b - a));
}

function tellGaps(findings: readonly Finding[]): string[] {
  const withoutLicence = findings.filter(({ licence }) => !licence);
  const withoutDate = findings.filter(({ published }) => !published);
  return [
    ...tellGap("the licence", withoutLicence),
    ...tellGap("the date of publication", withoutDate),
  ];
}

function tellGap(what: string, findings: readonly Finding[]): string[] {
  const { length } = findings;
  if (length === 0) return [];
  return [`${what} of ${length === 1 ? keyOf(findings[0]) : `${length} dependencies`}`];
}
