/**
 * How a report looks.
 *
 * @module
 */

/** The report's style sheet. */
export const style = `
body { margin: 0 auto; max-width: 1120px; padding: 24px; color: #222; background: #fff;
  font: 15px/1.5 "DejaVu Sans", Verdana, system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 36px 0 6px; font-size: 19px; }
p { margin: 4px 0; }
.warning { display: inline-block; padding: 2px 10px; border-radius: 4px; color: #7a1f00; background: #fdeee6;
  font-weight: bold; }
.curves svg { max-width: 100%; height: auto; }
.reference { color: #0a8a0a; }
.prediction { color: #d01010; }
.overlays { display: flex; flex-wrap: wrap; gap: 16px; margin-top: 12px; }
.overlays img { width: 512px; max-width: 100%; border-radius: 6px; }
table { border-collapse: collapse; margin-top: 10px; font-size: 14px; }
th, td { padding: 4px 12px 4px 0; text-align: right; border-bottom: 1px solid #e4e4e4; }
th:first-child, td:first-child, .settings td { text-align: left; }
thead th { color: #555; font-weight: normal; }
tfoot td { font-weight: bold; }
.settings th { color: #555; font-weight: normal; vertical-align: top; white-space: nowrap; }
`;
