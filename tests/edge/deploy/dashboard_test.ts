import assert from "node:assert/strict";
import { createFakeService } from "../support/fake_service.ts";
import { readBytes, slicePath } from "../support/files.ts";
import { createTestApp, post } from "../support/test_app.ts";

const decoder = new TextDecoder();
const read = async (path: string) => decoder.decode(await readBytes(path));

/** What an edge exports once it was asked. */
async function readMetrics(): Promise<string> {
  const app = createTestApp({ service: createFakeService() });
  await (await post("/v1/segment", { body: await readBytes(slicePath) }, app)).body?.cancel();
  await (await app.request("/nothing")).body?.cancel();
  return await (await app.request("/metrics")).text();
}

const namesIn = (expression: string) => expression.match(/\b(gliomap|process)_\w+/g) ?? [];

const metrics = await readMetrics();

/** The names of all series, and those of the metrics they belong to: a histogram has three series. */
const exported = new Set([...metrics.matchAll(/^(\w+)(?:\{| )/gm)].map(([, name]) => name));
const named = [...metrics.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);

/** The labels that a metric's series have, but for a histogram's own. */
function labelsOf(metric: string): string[] {
  const series = metrics.match(new RegExp(`^${metric}(?:_count)?\\{.*\\}`, "gm")) ?? [];
  return [...new Set(series.join().match(/\w+(?==")/g) ?? [])].sort();
}

Deno.test("grafana.json asks for nothing that /metrics does not export", async () => {
  const { panels } = JSON.parse(await read("edge/deploy/grafana.json")) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  assert.ok(panels.length > 5);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const names = namesIn(expr);
      assert.ok(names.length > 0, `${title}: ${expr}`);
      for (const name of names) assert.ok(exported.has(name), `${title}: ${name}`);
    }
  }
});

/** The labels that an expression groups its series by, or picks them by. */
function labelsIn(expression: string): string[] {
  const parts = [...expression.matchAll(/by \(([^)]*)\)|\{([^}]*)\}/g)];
  return parts.flatMap(([, grouped, picked]) =>
    grouped?.split(/, */) ?? picked.match(/\w+(?=[=!]~?")/g) ?? []
  );
}

/** Refuses labels that none of the expression's metrics has. */
function assertLabels(expression: string): void {
  const metrics = namesIn(expression).map((name) => name.replace(/_(bucket|sum|count)$/, ""));
  // A histogram's own, and what Prometheus adds.
  const known = new Set([...metrics.flatMap(labelsOf), "le", "instance"]);
  for (const label of labelsIn(expression)) assert.ok(known.has(label), `${label}: ${expression}`);
}

Deno.test("grafana.json and alerts.yaml group and pick by labels that the metrics have", async () => {
  const { panels } = JSON.parse(await read("edge/deploy/grafana.json")) as {
    panels: { targets: { expr: string }[] }[];
  };
  const rules = await read("edge/deploy/alerts.yaml");
  const alerts = [...rules.matchAll(/expr: (.*)/g)].map(([, expression]) => expression);
  const all = [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...alerts];
  assert.ok(all.flatMap(labelsIn).length > 8);
  all.forEach(assertLabels);
  assert.throws(() => assertLabels("sum by (holder) (gliomap_requests_total)"), /holder/);
});

Deno.test("grafana.json shows every metric of /metrics, but for when the process started", async () => {
  const dashboard = await read("edge/deploy/grafana.json");
  const left = named.filter((name) => !dashboard.includes(name));
  assert.deepEqual(left, ["process_start_time_seconds"]);
});

Deno.test("operations.md lists the metrics of /metrics with their labels, and no others", async () => {
  const rows = (await read("edge/operations.md")).matchAll(
    /^\| `((?:gliomap|process)_\w+)` +\|([^|]*)\|/gm,
  );
  const listed = [...rows].map(([, name, labels]) => [name, labels.match(/\w+/g) ?? []]);
  assert.deepEqual(listed, named.map((name) => [name, labelsOf(name)]));
});

Deno.test("alerts.yaml asks for what /metrics exports, and operations.md says what to do", async () => {
  const rules = await read("edge/deploy/alerts.yaml"), guide = await read("edge/operations.md");
  const expressions = [...rules.matchAll(/expr: (.*)/g)].map(([, expression]) => expression);
  assert.ok(expressions.length > 3);
  for (const name of expressions.flatMap(namesIn)) assert.ok(exported.has(name), name);
  for (const [, alert] of rules.matchAll(/alert: (\w+)/g)) {
    assert.ok(guide.includes(`**${alert}.**`));
  }
});

Deno.test("operations.md names every reason that a request is counted as refused for", async () => {
  const source = await read("edge/observe/observation.ts");
  const table = /const rejections[^]*?\{([^]*?)\};/.exec(source)![1];
  const reasons = [...table.matchAll(/: "([\w ]+)"/g)].map(([, reason]) => reason);
  const guide = await read("edge/operations.md");
  for (const reason of [...reasons, "rate"]) assert.ok(guide.includes(`\`${reason}\``), reason);
});
