/** What moves on the page of a validation: the slices of the worst cases. Runs in a browser. */

/// <reference lib="dom" />

import type { PatientPictures } from "../patient_pictures.ts";

type Case = Pick<PatientPictures, "slices" | "pictures">;

const cases: Case[] = JSON.parse(document.querySelector("#cases")!.textContent!);

/** Pixels of the wheel that make a slice. */
const wheelStep = 40;

function start(figure: HTMLElement): void {
  const { slices, pictures } = cases[Number(figure.dataset.case)];
  const slider = figure.querySelector("input")!, output = figure.querySelector("output")!;
  const image = figure.querySelector("img")!, stage = figure.querySelector<HTMLElement>(".stage")!;
  let turned = 0;

  function show(): void {
    const { number, image: jpeg, ...outlines } = pictures[slider.valueAsNumber];
    if (jpeg) image.src = `data:image/jpeg;base64,${jpeg}`;
    for (const kind of ["reference", "prediction"] as const) {
      figure.querySelector(`path.${kind}`)!.setAttribute("d", outlines[kind]);
    }
    output.textContent = `slice ${number} of ${slices}`;
  }

  slider.addEventListener("input", show);
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    turned += event.deltaY;
    const steps = Math.trunc(turned / wheelStep);
    turned -= steps * wheelStep;
    slider.valueAsNumber += steps;
    show();
  }, { passive: false });
  show();
}

document.querySelectorAll<HTMLElement>("[data-case]").forEach(start);

for (const box of document.querySelectorAll<HTMLInputElement>("input[data-outline]")) {
  const update = () => {
    document.body.classList.toggle(`no-${box.dataset.outline}`, !box.checked);
  };
  box.addEventListener("change", update);
  // Some browsers remember boxes over a reload.
  update();
}
