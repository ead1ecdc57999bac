/** The ways in: files and folders, chosen or dropped. */

/// <reference lib="dom" />

import { find } from "../dom.ts";
import { droppedFiles } from "./dropped_files.ts";

const stage = find("stage", HTMLElement);

function listenToInput(input: HTMLInputElement, open: (files: Promise<File[]>) => void): void {
  input.addEventListener("change", () => {
    const files = [...input.files ?? []].filter(({ name }) => !name.startsWith("."));
    if (files.length > 0) open(Promise.resolve(files));
    // So that choosing the same file again counts as a change.
    input.value = "";
  });
}

/** Calls a function with what a person opens. */
export function listenToFiles(open: (files: Promise<File[]>) => void): void {
  listenToInput(find("file", HTMLInputElement), open);
  listenToInput(find("folder", HTMLInputElement), open);
  let depth = 0;
  const over = (change: number) => {
    depth += change;
    stage.classList.toggle("over", depth > 0);
  };
  document.addEventListener("dragenter", () => over(1));
  document.addEventListener("dragleave", () => over(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const { dataTransfer } = event;
    if (dataTransfer && dataTransfer.files.length > 0) open(droppedFiles(dataTransfer));
  });
}
