/** How the page of runs looks, on top of what all reports share. */
export const runsStyle = `
body { max-width: 1500px; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 8px 20px;
  margin: 20px 0 4px; }
.panel svg { display: block; width: 100%; height: auto; overflow: visible; font-size: 11px; }
.panel text { fill: var(--pale); }
.panel .title { fill: var(--ink); font-size: 13px; }
.grid { stroke: var(--rule); }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.faint { opacity: 0.12; }
.cursor { stroke: var(--pale); stroke-dasharray: 3 3; }
#tip { position: fixed; top: 0; left: 0; padding: 6px 10px; border: 1px solid var(--rule); border-radius: 4px;
  background: var(--paper); box-shadow: 0 2px 8px #0004; font-size: 12px; white-space: pre; pointer-events: none; }
#tip i { display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 50%; }
.scroll { overflow-x: auto; }
.runs td, .runs th { white-space: nowrap; }
.runs td:first-child { padding-right: 24px; }
.runs tr[data-run]:hover td { background: light-dark(#f4f4f4, #262626); }
.runs svg { width: 30px; height: 8px; margin: 0 8px 0 6px; }
.text, .differing td, .differing th { text-align: left; }
.differing th:first-child { padding-left: 0; position: sticky; left: 0; background: var(--paper); color: var(--pale);
  font-weight: normal; white-space: nowrap; }
.differing th, .differing td { padding-left: 8px; }
.differing td { max-width: 260px; }
.differing .odd { background: var(--mark); }
.note { color: light-dark(#7a1f00, #ffc9b0); }
button { font: inherit; font-size: 13px; }
summary { cursor: pointer; }
`;
