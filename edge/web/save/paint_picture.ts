/** The slice as it is seen, with its outlines, as one picture. */

/// <reference lib="dom" />

import { notice } from "../../notice.ts";
import { find } from "../dom.ts";
import type { Scan } from "../open/scan.ts";
import { state } from "../state.ts";

/** Pixels that the longer side of the picture has at least. */
const leastSide = 1024;

/** Height of the line of text under the picture. */
const captionHeight = 36;

const prediction = { id: "prediction-outline", color: "#ff5f52", dash: [] };
const reference = { id: "reference-outline", color: "#3ddc84", dash: [9, 6] };

/** Paints what the stage shows, and under it the slice's name and that it is not for clinical use. */
export async function paintPicture({ volume, geometry, sliceNames }: Scan): Promise<Blob> {
  const { width, height } = volume, [rows, columns] = geometry?.spacing.slice(1) ?? [1, 1];
  const size = { width: width * columns, height: height * rows };
  const scale = leastSide / Math.max(size.width, size.height);
  const canvas = new OffscreenCanvas(
    Math.round(size.width * scale),
    Math.round(size.height * scale) + captionHeight,
  );
  const context = canvas.getContext("2d")!, pictureHeight = canvas.height - captionHeight;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(find("canvas", HTMLCanvasElement), 0, 0, canvas.width, pictureHeight);
  if (state.view.style === "heat") {
    context.globalAlpha = state.view.opacity;
    context.drawImage(find("heat", HTMLCanvasElement), 0, 0, canvas.width, pictureHeight);
    context.globalAlpha = 1;
  }
  const toPicture = new DOMMatrix().scale(canvas.width / width, pictureHeight / height);
  for (const outline of [reference, prediction]) stroke(context, outline, toPicture);
  context.fillStyle = "#c8d0da";
  context.font = "16px system-ui, sans-serif";
  context.fillText(
    `${sliceNames[state.index]}. ${notice}`,
    12,
    canvas.height - 12,
    canvas.width - 24,
  );
  return await canvas.convertToBlob({ type: "image/png" });
}

function stroke(
  context: OffscreenCanvasRenderingContext2D,
  { id, color, dash }: { id: string; color: string; dash: number[] },
  toPicture: DOMMatrix,
): void {
  const path = new Path2D();
  path.addPath(new Path2D(find(id, SVGPathElement).getAttribute("d") ?? ""), toPicture);
  Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: 3 });
  context.setLineDash(dash);
  context.stroke(path);
  if (state.view.style !== "fill" || id !== prediction.id) return;
  context.globalAlpha = state.view.opacity;
  context.fill(path, "evenodd");
  context.globalAlpha = 1;
}
