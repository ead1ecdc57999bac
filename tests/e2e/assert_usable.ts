/** What every page of ours must be, whatever it shows: without findings of axe, and nothing out of its place. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds that is serious or critical, as "rule: element". */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run()
  );
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

/** What sticks out of the elements that a selector finds, at either side. */
function misplacedElements(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((frames) =>
    frames.flatMap((frame) => {
      const { paddingLeft, paddingRight } = getComputedStyle(frame);
      const { left, right } = frame.getBoundingClientRect();
      const [start, end] = [left + parseFloat(paddingLeft), right - parseFloat(paddingRight)];
      return [...frame.querySelectorAll("*")]
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 0 && (left < start - 0.5 || right > end + 0.5);
        })
        .map((element) => element.id || element.tagName);
    })
  );
}

/**
 * Holds a page to what axe calls serious or critical, and to its width: it never scrolls sideways.
 *
 * @param state Names what it shows.
 * @param frames Selects what nothing in it may stick out of.
 */
export async function assertUsable(page: Page, state: string, frames: string): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, page.viewportSize()!.width, `${state}: scrolls sideways`);
  assert.deepEqual(await misplacedElements(page, frames), [], `${state}: sticks out`);
  assert.deepEqual(await seriousFindings(page), [], `${state}: axe`);
}

const desk = { width: 1240, height: 900 };
/** One as most are, and the narrowest to which WCAG 2.2 holds a page (1.4.10, reflow). */
const phone = { width: 390, height: 844 }, smallPhone = { width: 320, height: 640 };

/** How people may look at a page: light and dark, wide and narrow. */
export const looks = [
  { name: "light and wide", colorScheme: "light", viewport: desk },
  { name: "dark and wide", colorScheme: "dark", viewport: desk },
  { name: "light on a telephone", colorScheme: "light", viewport: phone },
  { name: "dark on a small telephone", colorScheme: "dark", viewport: smallPhone },
] as const;
