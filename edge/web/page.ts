/** The page: everything wired together, and drawn for the first time. */

/// <reference lib="dom" />

import { listenToDiagnostics } from "./diagnostics/copy_diagnostics.ts";
import { chosen, find, onChoice } from "./dom.ts";
import { startWithModel } from "./model/model_choice.ts";
import { listenToFiles } from "./open/file_input.ts";
import { openFiles } from "./open/open_files.ts";
import { drawNotes } from "./open/scan_notes.ts";
import { listSamples } from "./open/sample_list.ts";
import { drawNumbers } from "./result/numbers.ts";
import { drawSaving, listenToSaving } from "./save/saving.ts";
import { drawScene, listenToScene } from "./scene/scene_view.ts";
import { drawTokenField, listenToTokenField } from "./segment/token_field.ts";
import { drawEngineBadge } from "./segment/engine_badge.ts";
import { segmentScan } from "./segment/run.ts";
import { onRedraw, redraw } from "./state.ts";
import { drawOutlineControls, listenToOutlineControls } from "./view/outline_controls.ts";
import { drawPicture } from "./view/picture.ts";
import { listenToPicture } from "./view/scrolling.ts";
import { drawSequenceChoice, listenToSequenceChoice } from "./view/sequence_choice.ts";
import { drawSliceBar, listenToSliceBar } from "./view/slice_bar.ts";
import { drawWindowControls, listenToWindowControls } from "./view/window_controls.ts";

function listenToPlace(): void {
  const help = find("place-help", HTMLElement);
  onChoice("place", () => {
    help.textContent = chosen("place") === "browser"
      ? "Nothing leaves this computer."
      : "The scan is sent to the server this page came from.";
    drawTokenField();
    segmentScan();
  });
  listenToTokenField(segmentScan);
}

onRedraw(drawPicture);
onRedraw(drawSliceBar);
onRedraw(drawNotes);
onRedraw(drawNumbers);
onRedraw(drawSequenceChoice);
onRedraw(drawWindowControls);
onRedraw(drawOutlineControls);
onRedraw(drawSaving);
onRedraw(drawEngineBadge);
onRedraw(drawScene);

listenToFiles(openFiles);
listenToPlace();
listenToPicture();
listenToSliceBar();
listenToSequenceChoice();
listenToWindowControls();
listenToOutlineControls();
listenToSaving();
listenToScene();
listenToDiagnostics();
listSamples(openFiles);
redraw();

void startWithModel();
