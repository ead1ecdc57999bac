import assert from "node:assert/strict";
import { openKvStore } from "../../../edge/access/kv_store.ts";

Deno.test("openKvStore() counts for two instances on one file, and misses none", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/limits.sqlite`;
  {
    using first = await openKvStore(path);
    using second = await openKvStore(path);
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? first : second).add("token", 60_000)),
    );
    const seen = counts.map(({ count }) => count).sort((a, b) => a - b);
    assert.deepEqual(seen, Array.from({ length: 40 }, (_, i) => i + 1));
    for (const { endsIn } of counts) assert.ok(endsIn > 0 && endsIn <= 60_000);
    assert.equal((await first.add("other", 60_000)).count, 1);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("openKvStore() starts a new window when the last is over", async () => {
  using store = await openKvStore(":memory:");
  const { endsIn } = await store.add("token", 1);
  assert.equal(endsIn, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal((await store.add("token", 60_000)).count, 1);
  assert.equal((await store.add("token", 60_000)).count, 2);
});

Deno.test("openKvStore() shuts nobody out for hours where the clock goes back by hours", async () => {
  let time = Date.now();
  using store = await openKvStore(":memory:", () => time);
  assert.deepEqual(await store.add("token", 60_000), { count: 1, endsIn: 60_000 });
  time -= 5 * 3_600_000;
  assert.deepEqual(await store.add("token", 60_000), { count: 2, endsIn: 60_000 });
  time += 59_000;
  assert.deepEqual(await store.add("token", 60_000), { count: 3, endsIn: 1000 });
  time += 1000;
  assert.deepEqual(await store.add("token", 60_000), { count: 1, endsIn: 60_000 });
});
