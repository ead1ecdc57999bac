import assert from "node:assert/strict";
import { sequences } from "../../../shared/sequence.ts";
import {
  copiedChannels,
  copyChannel,
  drawMissingChannels,
} from "../../../train/data/sequence_dropout.ts";
import { randomAt } from "../../../train/data/random_at.ts";

Deno.test("drawMissingChannels lacks pre-contrast, post-contrast or both, as often as asked", () => {
  const random = randomAt(2), count = 3000, times = new Map<string, number>();
  for (let draw = 0; draw < count; draw++) {
    const missing = drawMissingChannels({ sequenceDropout: 0.3 }, sequences, random).join(" ");
    times.set(missing, (times.get(missing) ?? 0) + 1);
  }
  assert.deepEqual([...times.keys()].sort(), ["", "0", "0 2", "2"]);
  assert.ok(Math.abs(times.get("")! / count - 0.7) < 0.04);
  for (const missing of ["0", "2", "0 2"]) {
    assert.ok(Math.abs(times.get(missing)! / count - 0.1) < 0.025);
  }
});

Deno.test("drawMissingChannels counts in the channels that the network takes", () => {
  const always = { sequenceDropout: 1 }, random = randomAt(3);
  for (let draw = 0; draw < 20; draw++) {
    assert.deepEqual(drawMissingChannels(always, ["FLAIR"], random), []);
    assert.deepEqual(drawMissingChannels(always, ["pre-contrast", "post-contrast"], random), []);
    const missing = drawMissingChannels(always, ["post-contrast", "FLAIR"], random);
    assert.ok(missing.length === 0 || (missing.length === 1 && missing[0] === 0));
    assert.deepEqual(drawMissingChannels({ sequenceDropout: 0 }, sequences, random), []);
  }
});

Deno.test("copiedChannels finds the channels that equal FLAIR in every pixel", () => {
  const pixels = new Uint8Array([...[1, 2, 2], ...[3, 3, 3], ...[5, 4, 4]]);
  assert.deepEqual(copiedChannels(pixels, 3, [0, 1, 2], 1), [2]);
  assert.deepEqual(copiedChannels(pixels, 3, [2, 1], 1), [0]);
  assert.deepEqual(copiedChannels(pixels, 3, [0, 2], -1), []);
});

Deno.test("copyChannel writes one channel over another", () => {
  const image = new Float32Array([1, 2, 3, 4, 5, 6]);
  copyChannel(image, 3, 1, 0);
  assert.deepEqual([...image], [2, 2, 3, 5, 5, 6]);
});
