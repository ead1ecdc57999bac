/** kubernetes.yaml asks the edge for what it has; no cluster. */

import assert from "node:assert/strict";
import { readWorkEnvironment } from "../../../edge/work_settings.ts";
import { createFakeModels, createFakeService } from "../support/fake_service.ts";
import { readBytes } from "../support/files.ts";
import { createTestApp } from "../support/test_app.ts";

const read = async (path: string) => new TextDecoder().decode(await readBytes(path));
const yaml = await read("edge/deploy/kubernetes.yaml");
const container = await read("edge/deploy/Containerfile");

/** What a pattern finds, in all places. */
function valuesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, value]) => value);
}

Deno.test("kubernetes.yaml asks each pod whether it lives and is ready, at addresses that answer", async () => {
  const probes = [...yaml.matchAll(/(\w+)Probe:\n +httpGet: \{ path: (\S+), port: http \}/g)]
    .map(([, probe, path]) => [probe, path]);
  assert.deepEqual(probes, [
    ["startup", "/health/ready"],
    ["readiness", "/health/ready"],
    ["liveness", "/health/live"],
  ]);
  const app = createTestApp();
  for (const [, path] of probes) assert.equal((await app.request(path)).status, 200, path);
});

Deno.test("kubernetes.yaml scales by how many slices wait", async () => {
  const [url] = valuesOf(yaml, /^ +url: (\S+)$/gm),
    [field] = valuesOf(yaml, /valueLocation: (\w+)/g);
  const { pathname } = new URL(url);
  const load = {
    waiting: 7,
    busy: 1,
    size: 2,
    overdue: 0,
    stuck: false,
    restarts: 0,
    assertRoom() {},
  };
  const models = { ...createFakeModels(createFakeService()), load };
  const told = await (await createTestApp({ models }).request(pathname)).json();
  assert.equal(told[field], 7);
  // Where as many may wait for a pod as its queue holds, clients are refused and no pod is added.
  const [wanted] = valuesOf(yaml, /targetValue: "(\d+)"/g).map(Number);
  assert.ok(wanted > 0 && wanted < readWorkEnvironment({}).queue);
});

Deno.test("as many slices may wait for a pod as edge/README.md's table makes a quarter of a second of", async () => {
  const readme = await read("edge/README.md"), notes = await read("edge/deploy/README.md");
  const [served] = valuesOf(readme, /^\| `preview` \| 2 +\| (\S+)/gm);
  assert.deepEqual(valuesOf(yaml, /at (\S+) a second \(`preview`, two workers/g), [served]);
  assert.deepEqual(valuesOf(notes, /serve (\S+) slices a second with `preview`/g), [served]);
  const [wanted] = valuesOf(yaml, /targetValue: "(\d+)"/g).map(Number);
  assert.ok(Math.abs(wanted / Number(served) - 0.25) < 0.05, `${wanted} at ${served} a second`);
});

Deno.test("kubernetes.yaml and the container name one port, and one user who is not root", () => {
  const ports = [
    ...valuesOf(yaml, /containerPort: (\d+)/g),
    ...valuesOf(yaml, / port: (\d+)/g),
    ...valuesOf(yaml, /url: http:\/\/[^:]+:(\d+)/g),
    ...valuesOf(container, /^EXPOSE (\d+)/gm),
    ...valuesOf(container, /"--port", "(\d+)"/g),
  ];
  assert.equal(ports.length, 5);
  assert.equal(new Set(ports).size, 1);
  assert.match(yaml, /runAsNonRoot: true/);
  assert.match(container, /^USER node$/m);
});
