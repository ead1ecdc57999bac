/** Figures in text, held to the exact ones that they are rounded from. */
import assert from "node:assert/strict";

/** The lines of a table as cells without emphasis, that of the headings first; it is known by the first of these. */
export function cellsOf(text: string, heading: string): string[][] {
  const table = text.slice(text.search(new RegExp(`^\\| ${heading} `, "m"))).split("\n\n")[0];
  const lines = table.split("\n").filter(Boolean);
  return lines.map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.replaceAll(/[*`]/g, "").trim())
  );
}

/**
 * Holds a rounded figure to a card's.
 *
 * @param open What the card itself leaves open, beside half of the told figure's last digit: its own have four digits.
 */
export function assertRounded(
  told: string,
  exact: number | null | undefined,
  where: string,
  open = 0.5e-4,
): void {
  const digits = told.split(".")[1].length, within = 0.5 * 10 ** -digits + open + 1e-9;
  const holds = typeof exact === "number" && Math.abs(Number(told) - exact) <= within;
  assert.ok(holds, `${where}: ${told} is told, ${exact} is the card's`);
}
