import assert from "node:assert/strict";
import { createDecoders } from "../../../edge/decoding/decoders.ts";
import { startThread } from "../../../edge/decoding/thread.ts";
import { defaultLimits } from "../../../edge/limits.ts";
import { decodeImage } from "../../../shared/image/decode.ts";
import { encodePng } from "../../../shared/image/encode_png.ts";
import { TimeLimitError } from "../../../shared/inference/pool_error.ts";
import { parseModelCard } from "../../../shared/parse_model_card.ts";
import { readBytes, root, slicePath } from "../support/files.ts";

const real = new URL("edge/decoding/worker.ts", root);
/** A thread that has just started may have to wait for a core as long as other programs like. */
const patient = { ...defaultLimits, decodeSeconds: 300 };
const greedy = new URL("../support/greedy_decoder.ts", import.meta.url);
const card = parseModelCard(
  new TextDecoder().decode(await readBytes("edge/models/reference/card.json")),
);
const slow = new URL("../support/slow_decoder.ts", import.meta.url);

function bodyOf(bytes: Uint8Array, contentType = "") {
  return { bytes: new Uint8Array(bytes), contentType, contentEncoding: "" };
}

/** Decoders whose threads run a script, and the threads they started. */
function createReal(script: URL, changes = {}) {
  const threads: ReturnType<typeof startThread>[] = [];
  const start = () => {
    threads.push(startThread(script));
    return threads.at(-1)!;
  };
  const limits = { ...patient, ...changes };
  return { decoders: createDecoders({ start, limits, size: 1 }), threads };
}

Deno.test("createDecoders() decodes many slices in the threads it has, each its own", async () => {
  const { decoders, threads } = createReal(real);
  const tiff = await readBytes(slicePath);
  const gray = encodePng({ data: new Uint8Array(4), height: 2, width: 2, channels: 1 });
  const slices = await Promise.all([tiff, gray, tiff].map((file) => decoders.slice(bodyOf(file))));
  assert.deepEqual(slices, [
    await decodeImage(tiff),
    await decodeImage(gray),
    await decodeImage(tiff),
  ]);
  assert.equal(threads.length, 1);
  decoders.close();
  assert.ok(threads[0].ended);
});

Deno.test("createDecoders() tells what is wrong with a body, and keeps its thread", async () => {
  const { decoders, threads } = createReal(real, { maxPixels: 100 });
  for (
    const [body, status, message] of [
      [bodyOf(new Uint8Array()), 400, /body is empty/],
      [bodyOf(new TextEncoder().encode("GIF89a")), 415, /TIFF, PNG, JPEG or WebP/],
      [bodyOf(await readBytes(slicePath)), 413, /at most 100 pixels/],
      [bodyOf(new Uint8Array(9), "multipart/form-data; boundary=x"), 400, /Cannot read the form/],
    ] as const
  ) {
    await assert.rejects(decoders.slice(body), { status, message });
  }
  assert.equal(threads.length, 1);
  decoders.close();
});

Deno.test("createDecoders() ends a thread that is stuck in a file, and decodes the next in another", async () => {
  const limits = { ...patient, decodeSeconds: 2 };
  let script = greedy;
  const start = () => {
    const thread = startThread(script);
    if (script === real) limits.decodeSeconds = patient.decodeSeconds;
    script = real;
    return thread;
  };
  const decoders = createDecoders({ start, limits, size: 1 });
  const tiff = await readBytes(slicePath);
  const stuck = decoders.slice(bodyOf(tiff)), next = decoders.slice(bodyOf(tiff));
  await assert.rejects(stuck, (error) => error instanceof TimeLimitError);
  assert.equal((await next).width, 256);
  decoders.close();
});

Deno.test("createDecoders() starts no more threads than twice its size, however many take too long", async () => {
  const { decoders, threads } = createReal(slow, { decodeSeconds: 0.1, volumeSeconds: 0.1 });
  const gone = new Set<unknown>(), isLate = (error: unknown) => error instanceof TimeLimitError;
  let running = 0;
  // Threads do not keep a process from ending.
  const awake = setInterval(() => {}, 1000);
  const ask = async (request: () => Promise<unknown>) => {
    await assert.rejects(request, isLate);
    for (const thread of threads) void thread.gone.then(() => gone.add(thread));
    running = Math.max(running, threads.length - gone.size);
  };
  await Promise.all(
    Array.from(
      { length: 4 },
      (_, index) =>
        ask(() =>
          index % 2 === 0
            ? decoders.slice(bodyOf(new Uint8Array(1)))
            : decoders.openVolume(bodyOf(new Uint8Array(1)), card)
        ),
    ),
  );
  await Promise.all(threads.map((thread) => thread.gone));
  clearInterval(awake);
  assert.equal(threads.length, 4);
  assert.ok(running <= 3, `${running} threads at once`);
  assert.ok(!decoders.stuck);
  decoders.close();
});

/** The megabytes that this process holds at most beyond those it held before, while something is done. */
async function megabytesFor(work: () => Promise<void>): Promise<number> {
  const before = Deno.memoryUsage().rss;
  let highest = before;
  const look = () => highest = Math.max(highest, Deno.memoryUsage().rss);
  const watch = setInterval(look, 50);
  await work().finally(() => clearInterval(watch));
  look();
  return (highest - before) / 2 ** 20;
}

Deno.test("startThread() bounds the objects that a file may become", async () => {
  const thread = startThread(greedy), limits = defaultLimits, body = bodyOf(new Uint8Array(1));
  const megabytes = await megabytesFor(async () => {
    await assert.rejects(thread.ask({ kind: "masks", body, limits }, { seconds: 8 }));
  });
  assert.ok(thread.ended);
  assert.ok(megabytes < 500, `${megabytes} MB`);
});

Deno.test("startThread() moves a large body to its thread, and makes no objects of its bytes", async () => {
  const thread = startThread(real);
  async function ask(length: number): Promise<void> {
    const body = bodyOf(new Uint8Array(length)), transfer = [body.bytes.buffer];
    const limits = defaultLimits;
    const asked = thread.ask({ kind: "slice", body, limits }, { seconds: 60, transfer });
    await assert.rejects(asked, { status: 415 });
    assert.equal(body.bytes.length, 0);
  }
  // What it takes to start does not count.
  await ask(8);
  const megabytes = await megabytesFor(() => ask(32 * 2 ** 20));
  assert.ok(megabytes < 150, `${megabytes} MB`);
  thread.end();
});

Deno.test("createDecoders() reads a patient in a thread of its own, which ends with it", async () => {
  const { decoders, threads } = createReal(real);
  const nifti = bodyOf(await readBytes("tests/fixtures/nifti/axes_PSR.nii.gz"));
  const volume = await decoders.openVolume(nifti, card);
  const { slices, height, width } = volume.read.volume;
  const shape = [slices, height, width];
  const mask = { data: new Uint8Array(slices * height * width), shape };
  const file = await volume.maskFile(mask, "x", new AbortController().signal);
  assert.equal(file.name, "volume_mask.nii.gz");
  assert.equal(threads[0].ended, false);
  volume.close();
  assert.ok(threads[0].ended);
  await assert.rejects(decoders.openVolume(bodyOf(new Uint8Array(9)), card), { status: 400 });
  assert.ok(threads[1].ended);
});
