/** How the page of a validation looks, on top of what all reports share. */
export const validationStyle = `
.scroll { overflow-x: auto; }
.scroll td, .scroll th { white-space: nowrap; }
.cases { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px; margin-top: 12px; }
.case { margin: 0; font-size: 13px; }
.stage { position: relative; overflow: hidden; background: #000; border-radius: 6px; }
.stage img, .stage svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.stage path { fill: none; stroke-width: 1.6px; vector-effect: non-scaling-stroke; }
.stage .reference { stroke: #00ff00; }
.stage .prediction { stroke: #ff3030; }
.no-reference .stage .reference, .no-prediction .stage .prediction { display: none; }
.slices { display: flex; gap: 8px; align-items: center; margin: 4px 0; white-space: nowrap; }
.slices input { flex: 1; min-width: 0; }
.passed { color: light-dark(#0a6a0a, #3fca3f); }
.failed, .note { color: light-dark(#b00010, #ff9a8a); }
.split { display: flex; flex-wrap: wrap; gap: 12px 32px; align-items: start; }
`;
