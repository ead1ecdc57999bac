import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createToken, findToken, parseTokens } from "../../../edge/access/tokens.ts";
import { root } from "../support/files.ts";
import { argumentsOfTask } from "../support/running_server.ts";

Deno.test("findToken() compares a token with every entry, whichever fits and whether one does", () => {
  const made = Array.from({ length: 5 }, createToken), compared: string[] = [];
  const entries = made.map(({ sha256 }, i) => ({
    name: `holder ${i}`,
    perMinute: 1,
    perDay: 1,
    get sha256() {
      compared.push(this.name);
      return sha256;
    },
  }));
  const names = entries.map(({ name }) => name);
  const known = made.map(({ token }, i) => [token, names[i]] as const);
  for (const [token, holder] of [...known, [createToken().token, undefined], ["", undefined]]) {
    compared.length = 0;
    assert.equal(findToken(entries, token!)?.name, holder);
    assert.deepEqual(compared, names);
  }
});

Deno.test("findToken() leaves the comparison of two hashes to timingSafeEqual alone", () => {
  const source = findToken.toString();
  assert.match(source, /timingSafeEqual\(/);
  assert.doesNotMatch(source, /===|!==|startsWith|compare\(|find\(/);
});

Deno.test("deno task token makes a token, and the entry that knows it by its hash alone", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...await argumentsOfTask("token"), "--name", "ward 3"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0);
  const printed = new TextDecoder().decode(stdout);
  const [, token, entry] = /^token, for ward 3: (\S+)\nentry: (.*)\n$/.exec(printed)!;
  assert.ok(!entry.includes(token.slice(8)));
  const entries = parseTokens(`[${entry}]`);
  assert.equal(findToken(entries, token)?.name, "ward 3");
  assert.equal(findToken(entries, `${token}x`), undefined);
});
