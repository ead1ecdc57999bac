/** The button that copies diagnostics. */

/// <reference lib="dom" />

import { findGpu } from "../../../shared/inference/webgpu_engine.ts";
import { find } from "../dom.ts";
import { segmenterInUse } from "../model/model_in_use.ts";
import { engineInUse } from "../segment/engine_badge.ts";
import { state } from "../state.ts";
import { type Diagnostics, writeDiagnostics } from "./diagnostics.ts";

const button = find("copy-diagnostics", HTMLButtonElement);
const text = find("diagnostics", HTMLTextAreaElement);

async function adapterName(): Promise<string | undefined> {
  const gpu = await findGpu();
  if (!gpu) return undefined;
  const { vendor, architecture, description } = gpu;
  return [vendor, architecture, description].filter((part) => part).join(" ") || "unnamed";
}

/** Of the model in the browser, where it is there already. */
async function startTime(): Promise<number | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve));
  const started = await Promise.race([segmenterInUse().catch(() => undefined), late]);
  return started?.startMilliseconds;
}

async function gather(): Promise<Diagnostics> {
  const { card, scan, prediction } = state;
  const slices = (prediction?.slices ?? []).filter((slice) => slice !== undefined);
  return {
    model: card && { name: card.name, version: card.version },
    engine: engineInUse(),
    adapter: await adapterName(),
    cores: navigator.hardwareConcurrency,
    isolated: crossOriginIsolated,
    startMilliseconds: await startTime(),
    sliceMilliseconds: slices.map(({ milliseconds }) => milliseconds),
    shape: scan && [scan.volume.slices, scan.volume.height, scan.volume.width],
    channels: scan?.volume.channels,
    browser: navigator.userAgent,
  };
}

/** Copies what is known; where the browser does not let it, shows it to be copied by hand. */
async function copy(): Promise<void> {
  text.value = writeDiagnostics(await gather());
  try {
    await navigator.clipboard.writeText(text.value);
    button.textContent = "Copied";
    setTimeout(() => button.textContent = "Copy diagnostics", 2000);
  } catch {
    text.hidden = false;
    text.select();
  }
}

/** Follows the button. */
export function listenToDiagnostics(): void {
  button.addEventListener("click", () => void copy());
}
