/** The elements of `index.html` that the page's code touches. */

/// <reference lib="dom" />

function find<E extends Element>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new TypeError(`Cannot start the page as it must have a ${kind.name} with the id ${id}`);
}

export const elements = {
  stage: find("stage", HTMLElement),
  file: find("file", HTMLInputElement),
  picture: find("picture", HTMLElement),
  canvas: find("canvas", HTMLCanvasElement),
  outlines: find("outlines", SVGSVGElement),
  predictionOutline: find("prediction-outline", SVGPathElement),
  referenceOutline: find("reference-outline", SVGPathElement),
  sequence: find("sequence", HTMLFieldSetElement),
  samples: find("samples", HTMLUListElement),
  status: find("status", HTMLElement),
  name: find("name", HTMLElement),
  error: find("error", HTMLElement),
  area: find("area", HTMLElement),
  probability: find("probability", HTMLElement),
  time: find("time", HTMLElement),
  dice: find("dice", HTMLElement),
  diceRow: find("dice-row", HTMLElement),
  placeHelp: find("place-help", HTMLElement),
  showPrediction: find("show-prediction", HTMLInputElement),
  showReference: find("show-reference", HTMLInputElement),
  referenceCheck: find("reference-check", HTMLElement),
  fill: find("fill", HTMLInputElement),
  save: find("save", HTMLButtonElement),
  modelName: find("model-name", HTMLElement),
  modelFacts: find("model-facts", HTMLElement),
} as const;

/** The value of the radio button that is chosen in a group. */
export function chosen(group: string): string {
  return document.querySelector<HTMLInputElement>(`input[name="${group}"]:checked`)!.value;
}

/** Calls `listener` whenever another radio button of a group is chosen. */
export function onChoice(group: string, listener: () => void): void {
  for (const input of document.querySelectorAll(`input[name="${group}"]`)) {
    input.addEventListener("change", listener);
  }
}
