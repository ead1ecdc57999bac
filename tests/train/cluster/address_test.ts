import assert from "node:assert/strict";
import { formatAddress, parseCluster } from "../../../train/cluster/address.ts";
import { keepNcclTo } from "../../../train/cluster/nccl_interface.ts";

Deno.test("parseCluster reads what formatAddress writes", () => {
  const text = "node0:4000,10.0.0.7:4001,[fd00::7]:65535";
  assert.equal(parseCluster(text).map(formatAddress).join(","), text);
  assert.deepEqual(parseCluster("a:1, b:2"), [{ host: "a", port: 1 }, { host: "b", port: 2 }]);
});

Deno.test("parseCluster says which address is wrong", () => {
  for (const text of ["node0", "node0:", ":4000", "fd00::7:4000", "a:1,", "node0:x", ""]) {
    assert.throws(() => parseCluster(text), { name: "TypeError", message: /must be HOST:PORT/ });
  }
  for (const text of ["0.0.0.0:4000", "[::]:4000", "*:4000"]) {
    assert.throws(() => parseCluster(text), /must be one machine that the others reach: .* \S+$/);
  }
  for (const text of ["a:0", "a:65536"]) {
    assert.throws(() => parseCluster(text), { name: "RangeError", message: /from 1 to 65535/ });
  }
  assert.throws(() => parseCluster("a:1,b:1,a:1"), /a:1 is named twice/);
});

Deno.test("keepNcclTo names the interface of the address, where nobody has", () => {
  const variable = "NCCL_SOCKET_IFNAME", before = Deno.env.get(variable);
  const loopback = Deno.networkInterfaces().find(({ address }) => address === "127.0.0.1")!;
  try {
    Deno.env.delete(variable);
    keepNcclTo("192.0.2.1");
    assert.equal(Deno.env.get(variable), undefined);
    keepNcclTo("127.0.0.1");
    assert.equal(Deno.env.get(variable), `=${loopback.name}`);
    Deno.env.set(variable, "ib0");
    keepNcclTo("127.0.0.1");
    assert.equal(Deno.env.get(variable), "ib0");
  } finally {
    if (before === undefined) Deno.env.delete(variable);
    else Deno.env.set(variable, before);
  }
});
