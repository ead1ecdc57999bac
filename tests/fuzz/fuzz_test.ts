import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { startEdge } from "../edge/support/running_server.ts";
import { findFault } from "./decoders.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import { run } from "./run.ts";
import { type Kind, kinds, readSeeds } from "./seeds.ts";
import { readOnnxMetadata } from "../../shared/inference/onnx_metadata.ts";
import { withFolder } from "../train/support/temporary_folder.ts";

const corpus = new URL("corpus/", import.meta.url);

for (const { name, isFile } of [...Deno.readDirSync(corpus)]) {
  const kind = name.split("-")[0] as Kind;
  if (!isFile || !kinds.includes(kind)) continue;
  Deno.test(`the decoder of ${kind} takes or refuses ${name}, which once failed`, async () => {
    assert.equal(await findFault(kind, Deno.readFileSync(new URL(name, corpus))), undefined);
  });
}

Deno.test("a DICOM file that cannot be referred to, which once failed, is refused before it is outlined", async () => {
  await using server = await startEdge();
  const body = Deno.readFileSync(new URL("dicom-3-14481", corpus));
  const response = await fetch(`${server.url}v1/volumes?output=json`, { method: "POST", body });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error, /must have a SOPClassUID: current value is none/);
});

Deno.test("watchForHangs() ends a run whose decoder does not come back, and keeps the file", () =>
  withFolder(async (folder) => {
    const [watch, kept] = [new URL("watch.ts", import.meta.url), pathToFileURL(`${folder}/`)];
    const hang = `
      import { watchForHangs } from "${watch}";
      const watch = watchForHangs(new URL("${kept}"), 200);
      watch.begin("png-1-1", new Uint8Array([1, 2]));
      await new Promise((resolve) => setTimeout(resolve, 1));
      while (true);
    `;
    const { signal, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--ext=ts", hang],
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(signal, "SIGKILL");
    assert.match(new TextDecoder().decode(stderr), /png-1-1: the decoder has not come back/);
    assert.deepEqual(Deno.readFileSync(new URL("png-1-1", kept)), new Uint8Array([1, 2]));
  }));

Deno.test("mutate() changes what a model says of itself, and not its weights alone", async () => {
  const seed = (await readSeeds()).find(({ kind }) => kind === "onnx")!;
  const told = JSON.stringify([
    ...Object.values(readOnnxMetadata(seed.bytes)).map((it) => [...it]),
  ]);
  let refused = 0, different = 0;
  for (let input = 0; input < 200; input++) {
    try {
      const { inputs, outputs, properties } = readOnnxMetadata(
        mutate(seed, createRandom(1, input)),
      );
      if (JSON.stringify([inputs, outputs, [...properties]]) !== told) different++;
    } catch {
      refused++;
    }
  }
  assert.ok(refused > 60 && different > 20, `${refused} refused, ${different} different`);
});

Deno.test("every decoder takes or refuses 1,500 mutated files, and so does the server, within its memory", async () => {
  await using server = await startEdge();
  const seeds = await readSeeds();
  const result = await run({ seeds, seed: 1, server, goesOn: (input) => input < 1500 });
  assert.deepEqual(result.findings.map(({ input, fault }) => `${input}: ${fault}`), []);
  assert.ok(result.growth <= 150, `${result.growth} MB`);
  // Some are still right, and most are refused.
  assert.ok(result.statuses[200] > 50 && result.statuses[400] > 300);
});
