/** NVIDIA's own client of the Open Inference Protocol, unchanged, against the running server. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy } from "../../shared/npy.ts";
import { zipSync } from "fflate";
import { readSafetensors } from "../../train/storage/safetensors.ts";
import { runPython, testWithPeers } from "../shared/python_peers.ts";
import { readBytes } from "./support/files.ts";
import { argumentsOfTask, startServer } from "./support/running_server.ts";

/** PyTorch's golden input and answer of one patient, as numpy reads them. */
async function goldenNpz(): Promise<Uint8Array> {
  const { tensors } = readSafetensors(await readBytes("tests/golden/forward.safetensors"));
  const name = [...tensors.keys()].find((key) => key.endsWith(".input"))!.replace(".input", "");
  const npy = (field: string) => {
    const { data, shape } = tensors.get(`${name}.${field}`)!;
    return encodeNpy({ data: data as Float32Array, shape });
  };
  return zipSync({ "input.npy": npy("input"), "probability.npy": npy("probability") });
}

testWithPeers("POST /v2/models/reference/infer answers tritonclient as PyTorch does", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tensors = join(folder, "golden.npz");
    await Deno.writeFile(tensors, await goldenNpz());
    await using server = await startServer([
      ...await argumentsOfTask("edge"),
      "--port",
      "0",
      "--workers",
      "1",
    ]);
    const { host } = new URL(server.url);
    const program = join(import.meta.dirname!, "triton_client.py");
    const { answers, refused, ...said } = await runPython(program, host, "reference", tensors);
    assert.deepEqual(refused[0], "404");
    assert.match(refused[1], /Cannot find the model/);
    for (const how of ["default outputs", "asynchronous"]) assert.ok(said[how] <= 1e-4, how);
    assert.ok(["live", "ready", "model ready", "version ready"].every((key) => said[key] === true));
    assert.deepEqual([said.server, said.model], ["gliomap", "reference"]);
    assert.equal(answers.length, 6);
    for (const { id, shape, difference } of answers) {
      assert.deepEqual([id, shape], ["mine", [1, 1, 256, 256]]);
      assert.ok(difference <= 1e-4, `off by ${difference}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}, "tritonclient.http");
