/** What moves on the page of runs: which runs are shown, and their figures under the pointer. Runs in a browser. */

/// <reference lib="dom" />

import { plotFrame, scalesOf } from "./line_plot.ts";
import { drawPanel, figures, lineStyle, type RunCurves } from "./panels.ts";

const runs: RunCurves[] = JSON.parse(document.querySelector("#curves")!.textContent!);
const panels = [...document.querySelectorAll<HTMLElement>(".panel")];
const boxes = [...document.querySelectorAll<HTMLInputElement>("input[data-run]")];
const tip = document.querySelector<HTMLElement>("#tip")!;

/** More runs than that under the pointer are not listed. */
const listed = 14;

function shownRuns(): Set<number> {
  return new Set(boxes.filter(({ checked }) => checked).map(({ dataset }) => Number(dataset.run)));
}

function draw(): void {
  const shown = shownRuns();
  figures.forEach((figure, index) => panels[index].innerHTML = drawPanel(figure, runs, shown));
  for (const cell of document.querySelectorAll<HTMLElement>("[data-column]")) {
    cell.hidden = !shown.has(Number(cell.dataset.column));
  }
}

/** Makes the curves of a run stand out; of none, all are alike. */
function emphasize(run?: string): void {
  for (const line of document.querySelectorAll<SVGElement>("[data-line]")) {
    line.classList.toggle("faint", run !== undefined && line.dataset.line !== run);
  }
}

/** Shows what the runs had come to at the epoch under the pointer. */
function point(panel: number, { clientX, clientY }: PointerEvent): void {
  const { key } = figures[panel], shown = shownRuns();
  const lines = runs.map(({ curves }, id) => ({ id, points: curves[key], ...lineStyle(id) }))
    .filter(({ id }) => shown.has(id));
  const { x } = scalesOf(lines);
  const { left, width } = panels[panel].firstElementChild!.getBoundingClientRect();
  const place = (clientX - left) / width * plotFrame.width;
  const [first, last] = x.domain, [start, end] = x.domain.map(x.place);
  const epoch = Math.round(first + (place - start) / (end - start) * (last - first));
  const values = lines.flatMap(({ id, points, color }) => {
    const found = points.find(([at]) => at === epoch);
    return found ? [{ name: runs[id].name, value: found[1], color }] : [];
  }).sort((a, b) => b.value - a.value);
  if (!values.length) return hideTip();
  drawCursor(panels[panel], x.place(epoch));
  tip.replaceChildren(`epoch ${epoch}`, ...values.slice(0, listed).map(tipRow));
  if (values.length > listed) tip.append(`and ${values.length - listed} more`);
  tip.hidden = false;
  const side = clientX + tip.offsetWidth + 30 > innerWidth ? -tip.offsetWidth - 16 : 16;
  tip.style.translate = `${clientX + side}px ${
    Math.min(clientY + 12, innerHeight - tip.offsetHeight)
  }px`;
}

function tipRow({ name, value, color }: { name: string; value: number; color: string }) {
  const row = document.createElement("div"), swatch = document.createElement("i");
  swatch.style.background = color;
  row.append(swatch, `${value.toFixed(4)}  ${name}`);
  return row;
}

function drawCursor(panel: HTMLElement, place: number): void {
  panel.querySelector(".cursor")?.remove();
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const { top, height, bottom } = plotFrame;
  const ends = { x1: place, x2: place, y1: top, y2: height - bottom };
  for (const [name, value] of Object.entries(ends)) line.setAttribute(name, String(value));
  line.classList.add("cursor");
  panel.firstElementChild!.append(line);
}

function hideTip(): void {
  tip.hidden = true;
  document.querySelectorAll(".cursor").forEach((line) => line.remove());
}

for (const box of boxes) box.addEventListener("change", draw);
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-show]")) {
  button.addEventListener("click", () => {
    for (const box of boxes) box.checked = button.dataset.show === "all";
    draw();
  });
}
for (const row of document.querySelectorAll<HTMLElement>("tr[data-run]")) {
  row.addEventListener("pointerenter", () => emphasize(row.dataset.run));
  row.addEventListener("pointerleave", () => emphasize());
}
panels.forEach((panel, index) => {
  panel.addEventListener("pointermove", (event) => point(index, event));
  panel.addEventListener("pointerleave", hideTip);
});
document.querySelector<HTMLElement>("#controls")!.hidden = false;
// Some browsers remember boxes over a reload.
draw();
