/** What the page is doing, in words; how far it is; and what went wrong. */

/// <reference lib="dom" />

import { find } from "../dom.ts";

const status = find("status", HTMLElement);
const error = find("error", HTMLElement);
const progress = find("progress", HTMLElement);
const bar = find("progress-bar", HTMLProgressElement);
const cancel = find("cancel", HTMLButtonElement);

/** Says what the page is doing; read out by screen readers. */
export function say(text: string): void {
  status.textContent = text;
}

/** Shows what went wrong, or that nothing did. */
export function showError(message?: string): void {
  error.hidden = message === undefined;
  error.textContent = message ?? "";
}

/** Says what failed, and why. */
export function fail(what: string, reason: unknown): void {
  say(what);
  showError(reason instanceof Error ? reason.message : String(reason));
}

/** Shows how far long work is, with a button that ends it; hides both where there is nothing to wait for. */
export function showProgress(done?: number, total = 1): void {
  progress.hidden = done === undefined || total === 1;
  bar.max = total;
  bar.value = done ?? 0;
}

/** Calls a function when a person wants to wait no longer. */
export function onCancel(listener: () => void): void {
  cancel.addEventListener("click", listener);
}
