/**
 * Diagrams described in Vega-Lite as SVG, all with the same look.
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { fontFamily } from "./render_svg.ts";

/** How axes, legends and texts look. */
const config = {
  font: fontFamily,
  view: { stroke: null },
  axis: {
    titleFontWeight: "normal",
    labelColor: "#333",
    titleColor: "#333",
    labelFontSize: 12,
    gridColor: "#e8e8e8",
    domainColor: "#999",
    tickColor: "#999",
  },
  legend: {
    titleFontWeight: "normal",
    labelColor: "#333",
    titleColor: "#333",
    labelFontSize: 12,
    labelLimit: 300,
  },
};

/**
 * Draws a diagram on white.
 *
 * @param spec All but what is common to all diagrams.
 */
export async function vegaSvg(spec: Record<string, unknown>): Promise<string> {
  const whole = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 8,
    config,
    ...spec,
  } as TopLevelSpec;
  const view = new View(parse(compile(whole).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
