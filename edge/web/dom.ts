/** Elements of `index.html`, by their ids. */

/// <reference lib="dom" />

/** The element with this id; the page's code and its HTML must agree on what it is. */
export function find<E extends Element>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new TypeError(`Cannot start the page as it must have a ${kind.name} with the id ${id}`);
}

/** Sets an element's text; untouched where that is its text already, as this runs with every frame. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

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
