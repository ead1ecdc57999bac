/** The field for the token that some servers want; kept until the page is left, and nowhere else. */

/// <reference lib="dom" />

import { chosen, find } from "../dom.ts";

const form = find("token-form", HTMLFormElement);
const field = find("token", HTMLInputElement);

let wanted = false;

/** The token that a person has entered. */
export function givenToken(): string | undefined {
  return field.value.trim() || undefined;
}

/** Shows the field from now on, as the server wants a token. */
export function askForToken(): void {
  wanted = true;
  drawTokenField();
  field.focus();
}

/** Shows the field where the edge is chosen and wants a token. */
export function drawTokenField(): void {
  form.hidden = !wanted || chosen("place") === "browser";
}

/** Calls a function when a token has been entered. */
export function listenToTokenField(listener: () => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    listener();
  });
}
