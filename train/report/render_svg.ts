/**
 * SVG to PNG with the one font that pictures are set in, so that they look alike on every machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

/** The font's name, for SVG. */
export const fontFamily = "DejaVu Sans";

const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`))
);

/**
 * Draws an SVG.
 *
 * @param zoom Pixels of the PNG for one unit of the SVG.
 */
export function renderSvg(svg: string, zoom = 1): Uint8Array {
  const picture = new Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: fontFamily },
  });
  return picture.render().asPng();
}
