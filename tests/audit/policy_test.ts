import assert from "node:assert/strict";
import { judgeAdvisory, judgeLicence, parsePolicy } from "./policy.ts";

const policy = parsePolicy(JSON.stringify({
  allowedLicences: ["MIT", "ISC"],
  licenceExceptions: [{ package: "@a/b*", licence: "MPL-2.0", reason: "It is only for tests" }],
  advisoryExceptions: [{ advisory: "GHSA-1", package: "c", reason: "Never called with that" }],
}));
const [licenceException] = policy.licenceExceptions;
const [advisoryException] = policy.advisoryExceptions;

for (
  const [name, licence, verdict] of [
    ["x", "MIT", "allowed"],
    ["x", "(MIT OR GPL-3.0-only)", "allowed"],
    ["x", "MIT AND ISC", "allowed"],
    ["x", "MIT AND GPL-3.0-only", "refused"],
    ["x", "GPL-3.0-only", "refused"],
    ["x", "UNLICENSED", "refused"],
    ["x", "see its LICENSE", "refused"],
    ["x", "MPL-2.0", "refused"],
    ["@a/b", "MPL-2.0", licenceException],
    ["@a/b-linux", "MPL-2.0", licenceException],
    ["@a/b", "GPL-3.0-only", "refused"],
    ["a/b", "MPL-2.0", "refused"],
  ] as const
) {
  Deno.test(`judgeLicence() of ${licence} for ${name}`, () => {
    assert.deepEqual(judgeLicence(policy, name, licence), verdict);
  });
}

for (
  const [name, id, severity, verdict] of [
    ["c", "GHSA-2", "low", "allowed"],
    ["c", "GHSA-2", "moderate", "allowed"],
    ["c", "GHSA-2", "high", "refused"],
    ["c", "GHSA-2", "critical", "refused"],
    ["c", "GHSA-2", undefined, "refused"],
    ["c", "GHSA-1", "critical", advisoryException],
    ["d", "GHSA-1", "critical", "refused"],
  ] as const
) {
  Deno.test(`judgeAdvisory() of ${id} for ${name}, severity ${severity}`, () => {
    const advisory = { package: `${name}@1.0.0`, id, severity, title: "" };
    assert.deepEqual(judgeAdvisory(policy, advisory), verdict);
  });
}

Deno.test("parsePolicy() refuses an exception without a reason, and words it does not know", () => {
  const rules = { allowedLicences: ["MIT"], licenceExceptions: [], advisoryExceptions: [] };
  const exception = { package: "a", licence: "MPL-2.0", reason: "" };
  assert.throws(
    () => parsePolicy(JSON.stringify({ ...rules, licenceExceptions: [exception] })),
    /Cannot use the policy as it must be valid: .*must say why.*reason/s,
  );
  assert.throws(() => parsePolicy(JSON.stringify({ ...rules, allowed: [] })), /allowed/);
});
