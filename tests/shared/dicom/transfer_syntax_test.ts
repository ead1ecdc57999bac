/** Ways of writing that have no decoder are refused, each by its name. */
import assert from "node:assert/strict";
import { transferSyntaxOf } from "../../../shared/dicom/transfer_syntax.ts";
import { runPython, testWithPeers } from "../python_peers.ts";

const readable = ["", ".1", ".2", ".5", ".4.50"].map((end) => `1.2.840.10008.1.2${end}`);

Deno.test("transferSyntaxOf knows what is compressed and how", () => {
  const compressions = readable.map((uid) => transferSyntaxOf(uid).compression);
  assert.deepEqual(compressions, ["none", "none", "none", "rle", "jpeg"]);
});

Deno.test("transferSyntaxOf refuses what it does not know by its UID, and none by saying so", () => {
  assert.throws(() => transferSyntaxOf("1.2.3"), {
    name: "ImageFormatError",
    message: /uncompressed, RLE Lossless or JPEG Baseline: current value is 1\.2\.3; dcmdjpeg, /,
  });
  assert.throws(() => transferSyntaxOf(""), /current value is none;/);
  assert.throws(() => transferSyntaxOf("constructor"), /current value is constructor;/);
});

testWithPeers("transferSyntaxOf refuses every other one that pydicom knows, by its name", () => {
  const names: Record<string, string> = runPython(
    `${import.meta.dirname}/list_transfer_syntaxes.py`,
  );
  // Video in pieces, audio, other encodings of whole files: not what a series of pictures comes in.
  const beyond = /^(Fragmentable|SMPTE|RFC 2557|XML|Papyrus)/;
  let refused = 0;
  for (const [uid, name] of Object.entries(names)) {
    if (readable.includes(uid)) continue;
    const expected = beyond.test(name) ? uid : `${name} (${uid})`;
    assert.throws(
      () => transferSyntaxOf(uid),
      ({ message }: Error) => message.includes(`current value is ${expected};`),
      name,
    );
    refused++;
  }
  assert.ok(refused > 40);
});
