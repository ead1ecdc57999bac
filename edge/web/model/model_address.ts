/** The model in the page's address, so that a link or a reload brings the same one back. */

/// <reference lib="dom" />

const parameter = "model";

/** The name that the address asks for, if any. */
export function modelInAddress(): string | null {
  return new URLSearchParams(location.search).get(parameter);
}

/** Keeps a name in the address; without one, the address is that of the default. */
export function setModelInAddress(name?: string): void {
  const address = new URL(location.href);
  if (name === undefined) address.searchParams.delete(parameter);
  else address.searchParams.set(parameter, name);
  history.replaceState(history.state, "", address);
}
