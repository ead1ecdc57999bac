/**
 * What somebody else wrote, as it can stand in a message of ours: it cannot break its line, hide, turn the direction of
 * the writing around it, or be longer than a reader's patience.
 *
 * @module
 */

/** Letters that a text has at most in a message. */
const longest = 100;

/** Control and format characters, separators of lines and paragraphs, and half a pair of surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * A text with everything that cannot be seen written as in JSON, cut after some letters.
 *
 * @param text Whatever it is, as a template would write it.
 * @param length Letters at most, those of escapes among them; `…` stands for what is left out.
 * @default 100
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(printable("T1\nFLAIR\0"), "T1\\nFLAIR\\u0000");
 * assert.equal(printable("MRBRAIN1", 7), "MRBRAIN…");
 * assert.equal(printable(3), "3");
 * assert.equal(printable(""), "");
 * ```
 */
export function printable(text: unknown, length = longest): string {
  return cut(`${text}`, length, escaped);
}

/**
 * A value as JSON, a text in double quotes, with everything that cannot be seen escaped, cut as {@linkcode printable} does.
 *
 * @param length Letters at most, without the quotes. @default 100
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(quoted('a "b"\x11'), String.raw`"a \"b\"\u0011"`);
 * assert.equal(quoted("123456", 4), '"1234…"');
 * assert.equal(quoted([1, "a"]), '[1,"a"]');
 * assert.equal(quoted(undefined), "undefined");
 * ```
 */
export function quoted(value: unknown, length = longest): string {
  if (typeof value !== "string") return printable(JSON.stringify(value), length);
  const inQuotes = (letter: string) => /["\\]/.test(letter) ? `\\${letter}` : escaped(letter);
  return `"${cut(value, length, inQuotes)}"`;
}

/** Goes no further into a text than a message does, however long it is. */
function cut(text: string, length: number, write: (letter: string) => string): string {
  let written = "";
  for (const letter of text) {
    const next = write(letter);
    if (written.length + next.length > length) return `${written}…`;
    written += next;
  }
  return written;
}

function escaped(letter: string): string {
  if (!unprintable.test(letter)) return letter;
  const json = JSON.stringify(letter).slice(1, -1);
  // JSON leaves alone what is not of ASCII.
  return json === letter ? letter.split("").map(codeUnit).join("") : json;
}

function codeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
