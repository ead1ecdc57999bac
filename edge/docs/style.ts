/** How the description of the API looks; sent as a file of its own, as pages here have no inline style. */
export const docsStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f7, #0d1014);
  --card: light-dark(#ffffff, #161b22);
  --line: light-dark(#dfe3e8, #2a313b);
  --text: light-dark(#1a2029, #e7ebf0);
  --quiet: light-dark(#5a6573, #9aa5b3);
  --accent: light-dark(#0b6e69, #5fd3c8);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  background: var(--page);
  color: var(--text);
}
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem clamp(0.9rem, 3vw, 2rem) 4rem; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.2rem 0 0; font-size: 1.2rem; }
h3 { margin: 1rem 0 0.3rem; font-size: 0.95rem; }
p { margin: 0.3rem 0; }
a { color: var(--accent); }
code { font: 0.9em ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
details { margin: 0.6rem 0; padding: 0.2rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
details[open] { padding-bottom: 0.9rem; }
summary { display: flex; flex-wrap: wrap; gap: 0.2rem 0.8rem; align-items: baseline; padding: 0.45rem 0;
  cursor: pointer; }
summary > span:last-child { color: var(--quiet); }
.method { min-width: 3.2rem; font-weight: 650; color: var(--accent); }
.fields { margin: 0; padding-left: 1.1rem; }
.fields li { margin: 0.25rem 0; }
.fields p { margin: 0; color: var(--quiet); font-size: 0.92rem; }
.type, em { color: var(--quiet); font-size: 0.9rem; font-style: normal; }
.kind { margin: 0.4rem 0; padding-left: 0.2rem; border-left: 2px solid var(--line); }
.answers { margin: 0; padding-left: 0; list-style: none; }
.answers > li { margin: 0.3rem 0; }
`;
