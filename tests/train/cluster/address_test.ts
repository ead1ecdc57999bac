import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { formatAddress, parseCluster } from "../../../train/cluster/address.ts";
import { keepNcclTo } from "../../../train/cluster/nccl_interface.ts";
import { reservePort } from "../../../train/cluster/reserve_port.ts";

Deno.test("parseCluster reads what formatAddress writes", () => {
  const text = "node0:4000,10.0.0.7:4001,[fd00::7]:65535";
  assert.equal(parseCluster(text).map(formatAddress).join(","), text);
  assert.deepEqual(parseCluster("a:1, b:2"), [{ host: "a", port: 1 }, { host: "b", port: 2 }]);
});

Deno.test("parseCluster says which address is wrong", () => {
  for (const text of ["node0", "node0:", ":4000", "fd00::7:4000", "a:1,", "node0:x", ""]) {
    assert.throws(() => parseCluster(text), { name: "TypeError", message: /must be HOST:PORT/ });
  }
  for (const text of ["a:0", "a:65536"]) {
    assert.throws(() => parseCluster(text), { name: "RangeError", message: /from 1 to 65535/ });
  }
  assert.throws(() => parseCluster("a:1,b:1,a:1"), /a:1 is named twice/);
});

/** The unspecified addresses in ways that resolvers read. */
const everyInterface = ["0.0.0.0", "0", "00", "0x0", "0.0", "0x0.0x0", "::", "0::0", "::0.0.0.0"]
  .concat("0:0:0:0:0:0:0:0", "::ffff:0.0.0.0", "::ffff:0:0", "0:0:0:0:0:ffff:0:0", "::%1");

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

for (const host of [...everyInterface, "*"]) {
  Deno.test(`parseCluster refuses ${bracketed(host)}, which means every interface`, () => {
    assert.throws(() => parseCluster(`node0:4000,${bracketed(host)}:4000`), {
      name: "TypeError",
      message: "Cannot make a cluster as a host must be one machine that the others reach: " +
        `current value is ${host}`,
    });
  });
}

Deno.test("parseCluster takes addresses that look like those, and mean one machine", () => {
  for (const host of ["127.0.0.1", "0.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%1", "node0"]) {
    assert.deepEqual(parseCluster(`${bracketed(host)}:4000`), [{ host, port: 4000 }]);
  }
});

/** Here the resolver says what a host is, as it does of a name that it knows from its own table. */
for (const host of everyInterface) {
  Deno.test(`reservePort refuses a host that resolves to every interface, as ${host} does`, async () => {
    const { address } = await lookup(host);
    await assert.rejects(reservePort([{ host, port: 4000 }], 0, 1), {
      message: "Cannot join the cluster as its host must be this machine: current value is " +
        `rank 0 (${bracketed(host)}:4000); ${address} means all of its interfaces`,
    });
  });
}

Deno.test("reservePort holds a port of the host alone", async () => {
  const listener = await reservePort([{ host: "localhost", port: 4000 }], 0, 1);
  assert.ok(["127.0.0.1", "::1"].includes(listener.addr.hostname), listener.addr.hostname);
  listener.close();
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
