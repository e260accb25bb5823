import { html } from './html.ts';

/** What all pages of the laptop look like. */
export const baseStyle = html`
:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2b2a, #dbe7e5);
  --faint: light-dark(#5a6b69, #8fa3a0);
  --paper: light-dark(#f6f8f7, #0f1716);
  --card: light-dark(#fff, #172220);
  --line: light-dark(#dde5e3, #27362f);
  --accent: light-dark(#0f766e, #5eead4);
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
header, main { max-width: 64rem; margin: 0 auto; padding: 0 1.5rem }
header { padding-top: 3.5rem }
h1 { margin: 0; font-size: 2.6rem; letter-spacing: -.03em }
header p { margin: .2rem 0 1rem; color: var(--faint); font-size: 1.15rem }
nav { display: flex; gap: 1.25rem }
a { color: var(--accent); text-underline-offset: .2em }
h2 { margin: 0 0 .75rem; font-size: 1.3rem; letter-spacing: -.01em }
code { font: .86em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
`;
