/**
 * How reports look, in the light and in the dark.
 *
 * @module
 */

/** The style sheet of all reports. */
export const style = `
:root { color-scheme: light dark; --paper: light-dark(#fff, #1a1a1a); --ink: light-dark(#222, #ddd);
  --pale: light-dark(#555, #aaa); --rule: light-dark(#e4e4e4, #3a3a3a); --link: light-dark(#2a5d94, #8ab8ea);
  --mark: light-dark(#fff3d1, #4a3d12); }
body { margin: 0 auto; max-width: 1120px; padding: 24px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 "DejaVu Sans", Verdana, system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 36px 0 6px; font-size: 19px; }
p { margin: 4px 0; }
a { color: var(--link); }
.warning { display: inline-block; padding: 2px 10px; border-radius: 4px; color: light-dark(#7a1f00, #ffc9b0);
  background: light-dark(#fdeee6, #4a2313); font-weight: bold; }
.curves svg { max-width: 100%; height: auto; }
/* A telephone would make the letters too small to read: pictures are moved sideways instead. */
@media (max-width: 700px) { .curves { overflow-x: auto; } .curves svg { max-width: none; } }
/* Pictures are drawn on white; in the dark white becomes the paper's color, and colors keep their hue. */
@media (prefers-color-scheme: dark) { .curves svg { filter: invert(0.9) hue-rotate(180deg); } }
.reference { color: light-dark(#0a8a0a, #3fca3f); }
.prediction { color: light-dark(#d01010, #ff6b6b); }
.overlays { display: flex; flex-wrap: wrap; gap: 16px; margin-top: 12px; }
.overlays img { width: 512px; max-width: 100%; border-radius: 6px; }
table { border-collapse: collapse; margin-top: 10px; font-size: 14px; }
th, td { padding: 4px 12px 4px 0; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child, .settings td { text-align: left; }
thead th { color: var(--pale); font-weight: normal; }
tfoot td { font-weight: bold; }
.settings th { color: var(--pale); font-weight: normal; vertical-align: top; white-space: nowrap; }
`;
