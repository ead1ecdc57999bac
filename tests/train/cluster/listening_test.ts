/** A process of a cluster listens on the interface that its address names, and on no other. */
import assert from "node:assert/strict";
import { readdir, readFile, readlink } from "node:fs/promises";
import { withProcesses } from "./processes.ts";

/** 127.0.0.1 as Linux's tables of sockets have it: in words of 32 bits, each in this machine's byte order. */
const loopback = ["0100007F", "0000000000000000FFFF00000100007F"];
const listening = "0A";

/** What a process listens on, as address and port. */
async function listeners(pid: number): Promise<{ address: string; port: number }[]> {
  const folder = `/proc/${pid}/fd`;
  const open = await Promise.all(
    (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => "")),
  );
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8")),
  );
  return tables.flatMap((table) => table.trim().split("\n").slice(1)).flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listening || !open.includes(`socket:[${inode}]`)) return [];
    const [address, port] = local.split(":");
    return [{ address, port: parseInt(port, 16) }];
  });
}

Deno.test("inCluster listens on the named interface only", async () => {
  const endless = { steps: 1_000_000 };
  await withProcesses([endless, endless], async (processes) => {
    for (const process of processes) {
      await process.printed('"step":0,');
      const found = await listeners(process.pid);
      assert.equal(found.length, 2, "the process has a port of its own and TensorFlow's");
      for (const { address, port } of found) {
        assert.ok(loopback.includes(address), address);
        const elsewhere = { hostname: "127.0.0.2", port };
        await assert.rejects(Deno.connect(elsewhere), Deno.errors.ConnectionRefused);
      }
    }
  });
});
