import { createHash } from 'node:crypto';

/** The style of the sandbox's pages. Each page contains it, and their policy its hash, so that nothing has to be built. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --canvas: light-dark(#f6f5f1, #121412);
  --surface: light-dark(#ffffff, #1a1d1b);
  --sunken: light-dark(#f3f2ed, #222623);
  --ink: light-dark(#1d1f1b, #ecede8);
  --ink-soft: light-dark(#5b5e56, #a8ada4);
  --line: light-dark(#e3e1d9, #303532);
  --line-strong: light-dark(#87897f, #7c827b);
  --accent: light-dark(#17624a, #85d8b4);
  --accent-ink: light-dark(#ffffff, #0a241a);
  --danger: light-dark(#a5301d, #ff9d8a);
  --danger-soft: light-dark(#fbeae6, #3a211c);
  --notice-soft: light-dark(#fbf1da, #352b16);
  --notice-ink: light-dark(#684300, #f0cd86);
}
*, *::before, *::after { box-sizing: border-box; }
h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
body {
  margin: 0;
  background: var(--canvas);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
.sandbox {
  padding: 10px 16px;
  background: var(--notice-soft);
  color: var(--notice-ink);
  font-size: 0.875rem;
  text-align: center;
}
main { display: grid; gap: 16px; max-width: 44rem; margin: 0 auto; padding: 32px 16px 64px; }
main.narrow { max-width: 28rem; padding-top: 8vh; }
header { display: grid; gap: 2px; margin-bottom: 4px; }
h1 { font-size: 1.5rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; text-wrap: balance; }
h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -0.01em; }
.soft { color: var(--ink-soft); font-size: 0.875rem; }
.card {
  display: grid;
  gap: 16px;
  padding: 24px;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--surface);
}
.price { font-size: 2.25rem; font-weight: 650; letter-spacing: -0.03em; line-height: 1.2; }
.number, .price { font-variant-numeric: tabular-nums; }
.facts { display: grid; gap: 6px; }
.facts div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; }
.facts dt { color: var(--ink-soft); }
.rows > li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 8px 16px;
  padding: 12px 0;
  border-top: 1px solid var(--line);
}
.rows > li:last-child { padding-bottom: 0; }
.rows p:first-child { font-weight: 550; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; }
.stacked { display: grid; gap: 8px; }
button, .button {
  min-height: 40px;
  padding: 8px 14px;
  border: 1px solid var(--line-strong);
  border-radius: 9px;
  background: var(--surface);
  color: inherit;
  font-family: inherit;
  font-size: 0.9375rem;
  font-weight: 600;
  line-height: 1.3;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
button:hover, .button:hover { background: var(--sunken); }
.primary { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.primary:hover { background: color-mix(in oklab, var(--accent) 88%, var(--ink)); }
.danger { border-color: var(--danger); color: var(--danger); }
:focus-visible { outline: 2.5px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); text-underline-offset: 3px; }
.alert { padding: 12px 16px; border-radius: 9px; background: var(--danger-soft); color: var(--danger); }
.badge { padding: 2px 10px; border-radius: 99px; background: var(--sunken); font-size: 0.8125rem; font-weight: 600; }
.badge.late { background: var(--danger-soft); color: var(--danger); }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 12px; }
@media (max-width: 30rem) {
  .card { padding: 18px 16px; }
  main { padding-top: 20px; }
}
`;

/** Names the stylesheet in a content security policy. */
export const STYLESHEET_HASH = `'sha256-${createHash('sha256').update(STYLESHEET).digest('base64')}'`;
