/**
 * What all pages have in common: one HTML file that needs nothing beside it.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { notForClinicalUse } from "../terminal/command_line.ts";
import type { FlatSettings } from "../fit/flat_settings.ts";
import { style } from "./style.ts";

/** What is told apart on a page. */
export interface PageContent {
  /** In the browser's tab. */
  readonly title: string;
  readonly heading: string;
  /** Stands under the heading. */
  readonly summary: string;
  /** Sections, as markup. */
  readonly main: unknown;
  /** Styles of this page alone. */
  readonly style?: string;
}

/** A page as the text of its file; what it shows is not for clinical use, and it says so. */
export function htmlPage({ title, heading, summary, main, style: own = "" }: PageContent): string {
  return String(html`
    <!DOCTYPE html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>${title}</title>
      <style>${raw(style + own)}</style>
      <header>
        <h1>${heading}</h1>
        <p>${summary}</p>
        <p class="warning">${notForClinicalUse}</p>
      </header>
      <main>${main}</main>
    </html>
  `);
}

/** A row for each setting. */
export function settingsTable(settings: FlatSettings) {
  return html`<table class="settings">${
    [...settings].map(([name, value]) =>
      html`
        <tr>
          <th>${name}<td>${value}</tr>
      `
    )
  }</table>`;
}
