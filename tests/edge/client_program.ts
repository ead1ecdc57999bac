/**
 * Uses the client as a program would, and prints what came of it as JSON. Runs in Deno as it is, and bundled in Node.
 *
 *     client_program.ts ADDRESS SLICE MASK SLICE...
 */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { ApiError, createClient } from "../../edge/client.ts";

const [url, slice, mask, ...patient] = process.argv.slice(2);
const file = (path: string) => new File([readFileSync(path)], basename(path));
const client = createClient(url);

const { models } = await client.models();
const one = await client.segment(file(slice), { id: "mine", model: models[0].name });
const dice = await client.dice(file(mask), file(mask));
const progress: number[] = [];
const volume = await client.segmentVolume(patient.map(file), {
  onProgress: ({ done, total }) => progress.push(done / total),
});

async function refusal(work: Promise<unknown>) {
  const error = await work.catch((reason) => reason);
  return error instanceof ApiError
    ? { status: error.status, models: error.models, message: error.message }
    : { name: (error as Error).name };
}

const leaving = new AbortController();
const left = refusal(client.segmentVolume(patient.map(file), {
  signal: leaving.signal,
  onProgress: () => leaving.abort(),
}));

console.log(JSON.stringify({
  models: models.map(({ name }) => name),
  id: one.id,
  area: one.tumorAreaPixels,
  pixels: one.mask.data.reduce((sum, value) => sum + value, 0),
  shape: one.mask.shape,
  dice: dice.dice,
  progress,
  slices: volume.slices.map(({ areaPixels }) => areaPixels),
  file: [volume.mask.name, volume.mask.type, volume.mask.size > 0],
  unknown: await refusal(client.segment(file(slice), { model: "nothing" })),
  left: await left,
}));
process.exit(0);
