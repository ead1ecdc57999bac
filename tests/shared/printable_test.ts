import assert from "node:assert/strict";
import test from "node:test";
import { printable, quoted } from "../../shared/printable.ts";

const unseen = [
  "\0",
  "\n",
  "\x1b",
  "\x7f",
  "\x85",
  "\u200b",
  "\u2028",
  "\u202e",
  "\ufeff",
  "\ud83d",
];

for (const letter of unseen) {
  test(`printable() escapes ${JSON.stringify(letter)}, and so does quoted()`, () => {
    const written = printable(`a${letter}b`);
    assert.match(written, /^a\\(u[0-9a-f]{4}|n)b$/);
    assert.equal(JSON.parse(`"${written}"`), `a${letter}b`);
    assert.equal(quoted(`a${letter}b`), `"${written}"`);
  });
}

test("printable() leaves what can be seen", () => {
  const seen = 'Kopf, "T2" – Ödem 頭 🧠 \\ é';
  assert.equal(printable(seen), seen);
  assert.equal(JSON.parse(quoted(seen)), seen);
});

test("printable() and quoted() are cut by what they write, never within an escape", () => {
  assert.equal(printable("\x11".repeat(1000)), "\\u0011".repeat(16) + "…");
  assert.equal(quoted("\x11".repeat(1000)), `"${"\\u0011".repeat(16)}…"`);
  assert.equal(printable("🧠🧠", 3), "🧠…");
  assert.equal(printable("a".repeat(100)), "a".repeat(100));
  assert.equal(printable("a".repeat(101)), "a".repeat(100) + "…");
  assert.equal(quoted(Array(1000).fill(1)).length, 101);
});
