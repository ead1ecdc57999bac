/** Which sequence is shown. */

/// <reference lib="dom" />

import { sequences } from "../../../shared/sequence.ts";
import { chosen, find, onChoice } from "../dom.ts";
import { redraw, state } from "../state.ts";

const choice = find("sequence", HTMLFieldSetElement);

/** There is a choice only where the scan has all sequences. */
export function drawSequenceChoice(): void {
  choice.disabled = state.scan?.volume.channels !== sequences.length;
}

/** Follows the choice. */
export function listenToSequenceChoice(): void {
  onChoice("sequence", () => {
    state.view.sequence = chosen("sequence");
    redraw();
  });
}
