/** The choice of a model: what is on offer, and what happens when a person chooses another. */

/// <reference lib="dom" />

import { pageModelFiles } from "../../offered_model.ts";
import { chosen, find } from "../dom.ts";
import { keepPage } from "../offline/keep_page.ts";
import { showModel } from "../result/model_facts.ts";
import { fail, say, showError } from "../result/status.ts";
import { setEngine } from "../segment/engine_badge.ts";
import { segmentScan, stopSegmenting } from "../segment/run.ts";
import { redraw, state } from "../state.ts";
import { downloadCard } from "./download.ts";
import { modelInAddress, setModelInAddress } from "./model_address.ts";
import {
  endUnused,
  type Model,
  modelInUse,
  offeredModels,
  segmenterOf,
  useModel,
} from "./model_in_use.ts";
import { nameModel } from "./model_name.ts";

const row = find("model-row", HTMLElement);
const select = find("model-choice", HTMLSelectElement);

/** Counts choices: the last one counts. */
let choices = 0;

/** Fills the list; where there is but one model, there is nothing to choose. */
async function listModels(): Promise<void> {
  const models = await offeredModels(), wanted = modelInAddress();
  select.replaceChildren(...models.map((model) => new Option(nameModel(model), model.name)));
  row.hidden = models.length < 2;
  if (wanted === null || models.some(({ name }) => name === wanted)) return;
  setModelInAddress();
  showError(`There is no model ${wanted} here. ${models[0].name} takes its place.`);
}

/** Loads the model into this browser, where that is what computes. */
async function start(model: Model): Promise<void> {
  if (chosen("place") === "browser") await segmenterOf(model);
}

function showCard({ card }: Model): void {
  state.card = card;
  state.view.threshold = card.threshold;
  select.value = card.name;
  showModel(card);
  redraw();
}

/** Shows what runs a model, and has the browser keep it for when there is no network. */
async function showStarted({ card, segmenter }: Model): Promise<void> {
  if (!segmenter) return;
  setEngine((await segmenter).engine);
  redraw();
  void keepPage(Object.values(pageModelFiles(card.name)));
}

/** Loads another model, and only then lets it take the place of the one in use. */
async function choose(name: string): Promise<void> {
  const choice = ++choices;
  say(`Loading the model ${name}…`);
  showError();
  try {
    const model = name === state.card?.name
      ? await modelInUse()
      : { card: await downloadCard(name) };
    await start(model);
    // Another one is wanted by now.
    if (choice !== choices) return await endUnused(model);
    stopSegmenting();
    await useModel(model);
    showCard(model);
    await showStarted(model);
    const [first] = await offeredModels();
    setModelInAddress(name === first.name ? undefined : name);
    await (state.scan ? segmentScan() : sayReady());
  } catch (error) {
    if (choice !== choices) return;
    if (state.card) select.value = state.card.name;
    fail(`The model ${name} could not be loaded.`, error);
  }
}

function sayReady(): void {
  say("Ready. Drop a slice or a whole scan to see its outline.");
}

/** Loads the model that the address asks for, or the default, and follows the choice. */
export async function startWithModel(): Promise<void> {
  select.addEventListener("change", () => void choose(select.value));
  const choice = choices;
  try {
    await listModels();
    const model = await modelInUse();
    if (choice !== choices) return;
    showCard(model);
    await start(model);
    if (choice !== choices) return;
    await showStarted(model);
    if (!state.scan) sayReady();
  } catch (error) {
    if (choice === choices) fail("The model could not be loaded into this browser.", error);
    // The rest of the page is worth keeping, and another model may do.
    void keepPage([]);
  }
}
