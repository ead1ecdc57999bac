/** The command itself, against a registry on this machine that says what a test wants. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { argumentsOfTask } from "../edge/support/running_server.ts";
import type { Report } from "./examine.ts";
import { publishedAt, type Says, startRegistry } from "./local_registry.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runAudit(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...await argumentsOfTask("audit"), ...args],
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function pointTo(address: string): Record<string, string> {
  return { npm_config_registry: address, PIP_INDEX_URL: `${address}simple/` };
}

/** The report and the status where the registries say something. */
async function auditWith(says: Says, args: readonly string[] = []) {
  await using registry = await startRegistry(says);
  const ran = await runAudit(["--json", ...args], pointTo(registry.address));
  assert.equal(ran.stderr, "");
  return { code: ran.code, report: JSON.parse(ran.stdout) as Report };
}

async function addressOfNobody(): Promise<string> {
  await using registry = await startRegistry();
  return registry.address;
}

const advisory = {
  id: 1,
  url: "https://example.org/advisories/GHSA-aaaa-bbbb-cccc",
  title: "It does what it should not",
  severity: "high",
  vulnerable_versions: "<5.0.0",
};

Deno.test("deno task audit lists every pinned dependency with licence and age", async () => {
  const { code, report } = await auditWith({});
  assert.equal(code, 0);
  assert.deepEqual([report.refused, report.notLearned, report.unused], [[], [], []]);
  const listed = new Set(report.dependencies.map(({ hash }) => hash));
  const pinned = new Set<string>();
  for (
    const [path, hash] of [
      ["deno.lock", /"integrity": "(sha512-[^"]+)"/g],
      ["edge/native/onnxruntime.lock", /"integrity": "(sha512-[^"]+)"/g],
      ["train/setup/tensorflow_wheels.ts", /"([0-9a-f]{64})"[,)]?(?=.*\n *licence|\),)/g],
    ] as const
  ) {
    for (const [, found] of Deno.readTextFileSync(root + path).matchAll(hash)) pinned.add(found);
  }
  assert.deepEqual([...listed].sort(), [...pinned].sort());
  const age = Math.floor((Date.now() - Date.parse(publishedAt)) / 86_400_000);
  for (const { name, licence, days } of report.dependencies) {
    assert.ok(licence, name);
    assert.ok(Math.abs(days! - age) <= 1, name);
  }
});

Deno.test("deno task audit refuses a licence that is not allowed", async () => {
  // Of a package that is installed nowhere, so that the registry's word counts.
  const name = "@resvg/resvg-js-win32-ia32-msvc";
  const { code, report } = await auditWith({ manifests: { [name]: { license: "GPL-3.0" } } });
  assert.equal(code, 2);
  assert.deepEqual(report.refused, [`${name}@2.6.2: its licence is GPL-3.0`]);
});

Deno.test("deno task audit refuses advisories of high severity, unless an exception says why not", async () => {
  const says: Says = { advisories: { zod: [advisory] } };
  const { code, report } = await auditWith(says);
  assert.equal(code, 2);
  assert.match(report.refused.join(), /^zod@4\.\S+: GHSA-aaaa-bbbb-cccc, severity high: It does/);
  const policy = JSON.parse(Deno.readTextFileSync(`${root}tests/audit/policy.json`));
  const exception = {
    advisory: "GHSA-aaaa-bbbb-cccc",
    package: "zod",
    reason: "What it warns of is never called here",
  };
  const file = await Deno.makeTempFile();
  try {
    const text = JSON.stringify({ ...policy, advisoryExceptions: [exception] });
    await Deno.writeTextFile(file, text);
    const excused = await auditWith(says, ["--policy", file]);
    assert.equal(excused.code, 0);
    assert.deepEqual(excused.report.excepted.at(-1), exception);
    const idle = await auditWith({}, ["--policy", file]);
    assert.deepEqual([idle.code, idle.report.unused], [0, [exception]]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("deno task audit tells lesser advisories, and leaves out those of other versions", async () => {
  const { code, report } = await auditWith({
    advisories: {
      zod: [{ ...advisory, severity: "moderate" }, { ...advisory, vulnerable_versions: "<4.0.0" }],
    },
  });
  assert.deepEqual([code, report.refused], [0, []]);
  assert.deepEqual(report.advisories.npm!.map(({ severity }) => severity), ["moderate"]);
});

Deno.test("deno task audit refuses what a Python index knows against a wheel", async () => {
  const vulnerabilities = {
    "tensorflow-cpu": [
      { id: "PYSEC-1", summary: "It overflows" },
      { id: "PYSEC-2", summary: "It does not", withdrawn: "2026-01-01T00:00:00Z" },
    ],
  };
  const { code, report } = await auditWith({ vulnerabilities });
  assert.equal(code, 2);
  assert.match(
    report.refused.join(),
    /^tensorflow-cpu@\S+: PYSEC-1, severity unknown: It overflows$/,
  );
});

Deno.test("deno task audit refuses a version that was published anew", async () => {
  const { code, report } = await auditWith({
    manifests: { zod: { dist: { integrity: "sha512-AAAA" } } },
    files: { "tensorflow-cpu": { hashes: { sha256: "00" } } },
  });
  assert.equal(code, 2);
  assert.match(
    report.refused.join("\n"),
    /^zod@\S+: it is pinned as sha512-\S+, but is sha512-AAAA now$/m,
  );
  assert.match(
    report.refused.join("\n"),
    /^tensorflow-cpu@\S+: it is pinned as \w{64}, but is 00 now$/m,
  );
});

Deno.test("deno task audit names what is deprecated and yanked", async () => {
  const { code, report } = await auditWith({
    manifests: { zod: { deprecated: "use another" } },
    files: { "tensorflow-cpu": { yanked: "it is broken" } },
  });
  const withdrawn = report.dependencies.flatMap(({ withdrawn }) => withdrawn ?? []);
  assert.deepEqual([code, withdrawn], [0, ["use another", "yanked: it is broken"]]);
});

Deno.test("deno task audit never takes a registry without advisories for packages without", async () => {
  await using registry = await startRegistry({ advisories: null, vulnerabilities: null });
  const { code, stdout } = await runAudit([], pointTo(registry.address));
  assert.equal(code, 0);
  assert.match(stdout, /^advisories \(npm\): NOT AVAILABLE/m);
  assert.match(stdout, /^advisories \(python\): NOT AVAILABLE/m);
  assert.match(stdout, /advisories: not available from this registry: .* 405$/m);
  assert.match(stdout, /advisories: not available from this Python index: .* 404$/m);
  assert.match(stdout, /^zod@4\S+ +MIT +2020-01-02 +\d+ +deno\.lock$/m);
  assert.match(stdout, /^REFUSED: none$/m);
});

Deno.test("deno task audit sends the registry the token that npm has for it", async () => {
  await using registry = await startRegistry({ authorization: "Bearer secret" });
  const { host } = new URL(registry.address), npmrc = await Deno.makeTempFile();
  try {
    const without = await runAudit(["--json"], pointTo(registry.address));
    const { notLearned }: Report = JSON.parse(without.stdout);
    assert.ok(notLearned.some((line) => /^zod: it answers zod with 401$/.test(line)));
    await Deno.writeTextFile(npmrc, `//${host}/:_authToken=\${REGISTRY_TOKEN}\n`);
    const { code, stdout } = await runAudit(["--json"], {
      ...pointTo(registry.address),
      npm_config_userconfig: npmrc,
      REGISTRY_TOKEN: "secret",
    });
    assert.deepEqual([code, (JSON.parse(stdout) as Report).notLearned], [0, []]);
  } finally {
    await Deno.remove(npmrc);
  }
});

Deno.test("deno task audit says what it could not learn where nobody answers", async () => {
  const address = await addressOfNobody();
  const { code, stdout } = await runAudit(["--json"], pointTo(address));
  const { dependencies, notLearned, refused }: Report = JSON.parse(stdout);
  assert.deepEqual([code, refused], [0, []]);
  assert.equal(dependencies.find(({ name }) => name === "zod")!.licence, "MIT");
  assert.match(notLearned[0], /^the npm registry: /);
  assert.match(notLearned[1], /^the Python index: /);
  assert.match(notLearned.at(-1)!, /^the date of publication of \d+ dependencies$/);
});

Deno.test("deno task audit --offline refuses nothing of what this project is made of", async () => {
  const { code, stdout } = await runAudit(["--json", "--offline"]);
  const { refused, unused, notLearned }: Report = JSON.parse(stdout);
  assert.deepEqual([code, refused, unused], [0, [], []]);
  assert.match(notLearned[0], /nobody was asked/);
});

Deno.test("deno task audit ends with 1 where it cannot read the policy", async () => {
  const { code, stderr } = await runAudit(["--offline", "--policy", "nowhere.json"]);
  assert.equal(code, 1);
  assert.match(stderr, /^error: .*nowhere\.json/);
});
