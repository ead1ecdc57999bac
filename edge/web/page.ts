/** The page: everything wired together, and drawn for the first time. */

/// <reference lib="dom" />

import { listenToDiagnostics } from "./diagnostics/copy_diagnostics.ts";
import { chosen, find, onChoice } from "./dom.ts";
import { keepPage } from "./offline/keep_page.ts";
import { listenToFiles } from "./open/file_input.ts";
import { openFiles } from "./open/open_files.ts";
import { listSamples } from "./open/sample_list.ts";
import { showModel } from "./result/model_facts.ts";
import { drawNumbers } from "./result/numbers.ts";
import { drawSaving, listenToSaving } from "./save/saving.ts";
import { drawScene, listenToScene } from "./scene/scene_view.ts";
import { fail, say } from "./result/status.ts";
import { drawTokenField, listenToTokenField } from "./segment/token_field.ts";
import { drawEngineBadge, setEngine } from "./segment/engine_badge.ts";
import { loadBrowserSegmenter, loadCard, segmentScan } from "./segment/run.ts";
import { onRedraw, redraw, state } from "./state.ts";
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

loadCard().then((card) => {
  state.card = card;
  state.view.threshold = card.threshold;
  showModel(card);
  redraw();
}, () => {});
const started = loadBrowserSegmenter().then(
  ({ engine }) => {
    setEngine(engine);
    redraw();
    if (!state.scan) say("Ready. Drop a slice or a whole scan to see its outline.");
  },
  (error) => fail("The model could not be loaded into this browser.", error),
);
// What the page needs now comes first.
started.finally(keepPage);
