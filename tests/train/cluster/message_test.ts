/** Messages come out of a stream as they went in, however it is cut; what is no message is named. */
import assert from "node:assert/strict";
import {
  decodeMessages,
  encodeMessage,
  longestLine,
  type Message,
} from "../../../train/cluster/message.ts";

/** A stream of these chunks. */
function streamOf(...chunks: Uint8Array<ArrayBuffer>[]) {
  return ReadableStream.from(chunks);
}

/** A part with so many letters, of two bytes each. */
function partOf(letters: number): Message {
  return { kind: "part", round: 3, value: "ä".repeat(letters) };
}

/** Characters of a part around its letters. */
const around = JSON.stringify(partOf(0)).length;

Deno.test("decodeMessages gives what encodeMessage was given, wherever the stream is cut", async () => {
  const messages: Message[] = [{ kind: "beat" }, partOf(2), { kind: "leave", error: "a\nb" }];
  const bytes = messages.map(encodeMessage).flatMap((message) => [...message]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const chunks = [bytes.slice(0, cut), bytes.slice(cut)].map((part) => Uint8Array.from(part));
    assert.deepEqual(await Array.fromAsync(decodeMessages(streamOf(...chunks))), messages);
  }
});

Deno.test("decodeMessages takes a message of the longest length, and names that of a longer one", async () => {
  const longest = partOf(longestLine - around);
  const whole = streamOf(encodeMessage(longest).slice(0, -1), Uint8Array.of(10));
  assert.deepEqual(await Array.fromAsync(decodeMessages(whole)), [longest]);

  const longer = streamOf(encodeMessage(partOf(longestLine - around + 1)).slice(0, -1));
  await assert.rejects(Array.fromAsync(decodeMessages(longer)), {
    name: "RangeError",
    message: "Cannot read a message as it must have at most 16777216 characters: it has 16777217 " +
      "or more",
  });
});
