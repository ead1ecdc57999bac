/** Imported weights: the shipped model comes out of the importer, and wrong weights are named. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importWeights } from "../../../train/export/import_weights.ts";
import {
  readSafetensors,
  type SafeTensor,
  writeSafetensors,
} from "../../../train/storage/safetensors.ts";
import { referenceArchitecture } from "../../../train/network/unet_architecture.ts";
import { root, runCommand } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";

const seedFile = join(root, "tests/golden/seed_unet.safetensors");
const seed = readSafetensors(await readFile(seedFile));
const shipped = join(root, "edge/models/reference");

Deno.test("importWeights knows the architecture from the metadata, and from the weights alone", () => {
  const { architecture, weights } = importWeights(writeSafetensors(seed.tensors, seed.metadata));
  assert.deepEqual(architecture, referenceArchitecture);
  assert.equal(weights.size, 7 * 12 + 3 + 2);
  assert.deepEqual(importWeights(writeSafetensors(seed.tensors)).architecture, architecture);
});

const bias: SafeTensor = { dtype: "F32", shape: [1], data: new Float32Array(1) };

const refused: [
  name: string,
  change: (tensors: Map<string, SafeTensor>) => void,
  message: RegExp,
][] = [
  [
    "weights of which some are missing, some too many and some misshaped",
    (tensors) => {
      tensors.delete("layers.7.weight");
      tensors.set("layers.0.conv1.bias", bias);
      tensors.set("layers.0.conv3.bias", bias);
    },
    /layers\.0\.conv1\.bias must have shape \[32\]: it has \[1\]; layers\.7\.weight \[32,32,2,2\] is missing; layers\.0\.conv3\.bias is not part/,
  ],
  [
    "weights of another network",
    (tensors) => {
      tensors.clear();
      tensors.set("encoder.bias", bias);
    },
    /layers\.0\.conv1\.weight must be among them: they are encoder\.bias/,
  ],
  [
    "weights in half precision",
    (tensors) => {
      const { shape } = tensors.get("layers.13.bias")!;
      tensors.set("layers.13.bias", { dtype: "F16", shape, data: new Uint16Array(1) });
    },
    /must be 32-bit floats \(F32\): layers\.13\.bias is F16/,
  ],
];

for (const [name, change, message] of refused) {
  Deno.test(`importWeights refuses ${name}`, () => {
    const tensors = new Map(seed.tensors);
    change(tensors);
    assert.throws(() => importWeights(writeSafetensors(tensors)), { name: "TypeError", message });
  });
}

Deno.test("importWeights refuses an architecture in the metadata that the weights do not have", () => {
  const bytes = writeSafetensors(seed.tensors, { ...seed.metadata, depth: "5" });
  assert.throws(() => importWeights(bytes), /U-Net of depth 5, .* and 21 more/s);
});

for (
  const [key, value, message] of [
    [
      "in_channels",
      "1",
      /layers\.0\.conv1\.weight must have shape \[32,1,3,3\]: it has \[32,3,3,3\]/,
    ],
    ["out_channels", "2", /layers\.13\.weight must have shape \[2,32,1,1\]/],
    ["n_features", "64", /layers\.0\.conv1\.weight must have shape \[64,3,3,3\]/],
  ] as const
) {
  Deno.test(`importWeights refuses ${key} ${value} in the metadata of other weights`, () => {
    const bytes = writeSafetensors(seed.tensors, { ...seed.metadata, [key]: value });
    assert.throws(() => importWeights(bytes), { name: "TypeError", message });
  });
}

for (const value of ["many", "0", "-1", "1.5", "1e9", ""]) {
  Deno.test(`importWeights refuses the depth "${value}" in the metadata`, () => {
    const bytes = writeSafetensors(seed.tensors, { ...seed.metadata, depth: value });
    assert.throws(() => importWeights(bytes), /^(Type|Range)Error: Cannot [^\n]+/);
  });
}

Deno.test("importWeights refuses weights that are cut short anywhere", () => {
  const bytes = writeSafetensors(seed.tensors, seed.metadata);
  for (let end = 0; end < bytes.length; end += 4999) {
    assert.throws(() => importWeights(bytes.subarray(0, end)), { name: "SafetensorsError" });
  }
});

Deno.test("import makes the shipped model out of the reference weights, byte for byte", async () => {
  await withFolder(async (folder) => {
    const card = join(shipped, "card.json");
    const out = join(folder, "model");
    const args = ["--weights", seedFile, "--card", card, "--out", out];
    const { code, stdout, stderr } = await runCommand("import", ...args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /not for clinical use/);
    for (const file of ["model.onnx", "card.json"]) {
      assert.ok(
        (await readFile(join(out, file))).equals(await readFile(join(shipped, file))),
        file,
      );
    }
  });
});

Deno.test("import says in one line which argument is wrong", async () => {
  await withFolder(async (folder) => {
    const damaged = join(folder, "damaged.safetensors");
    await writeFile(damaged, "no weights");
    const cases: [args: string[], message: RegExp][] = [
      [["--out", folder], /--weights <file>' not specified/],
      [["--weights", "nowhere", "--out", folder], /--weights nowhere: ENOENT/],
      [["--weights", damaged, "--out", folder], /--weights .*damaged\.safetensors: .* header/],
      [
        ["--weights", seedFile, "--out", folder, "--sequence", "T1"],
        /--sequence as it must be one of pre-contrast, FLAIR, post-contrast: current value is "T1"/,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await runCommand("import", ...args);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /^error: [^\n]+\n$/);
      assert.match(stderr, message);
    }
  });
});
