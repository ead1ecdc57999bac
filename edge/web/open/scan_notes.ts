/** How the open files were understood, and why their outline may be worth less than the model's card says. */

/// <reference lib="dom" />

import type { ModelCard } from "../../../shared/model_card.ts";
import { sequences } from "../../../shared/sequence.ts";
import { alikeWarnings, warningsOf } from "../../warnings.ts";
import { find, setText } from "../dom.ts";
import { standsInForAll } from "../segment/model_input.ts";
import { state } from "../state.ts";
import type { Scan } from "./scan.ts";

const notes = find("notes", HTMLElement);

const standIn =
  "There is one sequence only. It is taken to be FLAIR, and stands in for the others.";

/** The edge's own warnings: a lone picture is compared with slices, all else with volumes. */
function warningsFor({ kind, volume: { slices }, intensities }: Scan, card: ModelCard): string[] {
  const wanted = card.input.sequences.length, lone = kind === "image" && slices === 1;
  const measured = intensities.length === 1 ? Array(wanted).fill(intensities[0]) : intensities;
  // Of other channels the network says what is wrong.
  if (![wanted, sequences.length].includes(measured.length)) return [];
  const warnings = warningsOf(measured, card, lone ? "slices" : "volumes");
  return lone ? [...warnings, ...alikeWarnings(intensities, card)] : warnings;
}

/** Shows what a person should know of the open scan, for the model in use. */
export function drawNotes(): void {
  const { scan, card } = state;
  const ofModel = scan && card
    ? [...standsInForAll(scan, card) ? [standIn] : [], ...warningsFor(scan, card)]
    : [];
  const told = [...scan?.notes ?? [], ...ofModel];
  notes.hidden = told.length === 0;
  setText(notes, told.join(" "));
}
