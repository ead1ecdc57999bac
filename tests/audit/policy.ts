/**
 * What is allowed: `policy.json`.
 *
 * @module
 */

import { z } from "zod";
import satisfies from "spdx-satisfies";
import type { Advisory } from "./dependency.ts";

const reason = z.string().min(10, "must say why");

const schema = z.strictObject({
  /** Identifiers of SPDX. */
  allowedLicences: z.array(z.string()).min(1),
  /** Packages that may have another; a star at a name's end stands for any ending. */
  licenceExceptions: z.array(z.strictObject({ package: z.string(), licence: z.string(), reason })),
  /** Advisories of high severity that do not concern this project. */
  advisoryExceptions: z.array(
    z.strictObject({ advisory: z.string(), package: z.string(), reason }),
  ),
});

/** What is allowed, and which exceptions there are, each with its reason. */
export type Policy = z.infer<typeof schema>;

/** An exception of either kind. */
export type Exception = Policy["licenceExceptions"][number] | Policy["advisoryExceptions"][number];

/**
 * Reads a policy.
 *
 * @throws {Error} naming what is wrong with it, such as an exception without a reason.
 */
export function parsePolicy(text: string): Policy {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (data) return data;
  throw new Error(`Cannot use the policy as it must be valid: ${z.prettifyError(error!)}`);
}

/** A verdict: fine, fine by an exception, or not. */
export type Verdict = "allowed" | "refused" | Exception;

/**
 * Judges a licence.
 *
 * @param licence An expression of SPDX, or other words, which only an exception can allow.
 */
export function judgeLicence(policy: Policy, name: string, licence: string): Verdict {
  if (isAllowed(licence, policy.allowedLicences)) return "allowed";
  return policy.licenceExceptions.find((exception) =>
    exception.licence === licence && isNamed(exception.package, name)
  ) ?? "refused";
}

function isAllowed(licence: string, allowed: readonly string[]): boolean {
  try {
    return satisfies(licence, allowed);
  } catch {
    return false;
  }
}

/** Judges an advisory: low and moderate ones are told, all others have to be looked at. */
export function judgeAdvisory(policy: Policy, { package: key, id, severity }: Advisory): Verdict {
  if (severity && ["info", "low", "moderate"].includes(severity)) return "allowed";
  const name = key.slice(0, key.lastIndexOf("@"));
  return policy.advisoryExceptions.find((exception) =>
    exception.advisory === id && isNamed(exception.package, name)
  ) ?? "refused";
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
