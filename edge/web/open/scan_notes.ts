/** How the open files were understood. */

/// <reference lib="dom" />

import { find, setText } from "../dom.ts";
import { standsInForAll } from "../segment/model_input.ts";
import { state } from "../state.ts";

const notes = find("notes", HTMLElement);

const standIn =
  "There is one sequence only. It is taken to be FLAIR, and stands in for the others.";

/** Shows what a person should know of the open scan, for the model in use. */
export function drawNotes(): void {
  const { scan, card } = state;
  const lone = scan && card && standsInForAll(scan, card) ? [standIn] : [];
  const told = [...scan?.notes ?? [], ...lone];
  notes.hidden = told.length === 0;
  setText(notes, told.join(" "));
}
