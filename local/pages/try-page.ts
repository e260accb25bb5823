import { randomUUID } from 'node:crypto';
import type { TryPage } from '../browser/try-page.ts';
import type { Answer } from '../http.ts';
import { Html, html, pageAnswer } from './html.ts';
import { baseStyle } from './style.ts';

/**
 * The page at `/try`: people of the little world chat with each other, each in a pane with a socket of its own.
 * @param script the path of the page's script
 */
export function tryPage(page: TryPage, script: string): Answer {
  const nonce = randomUUID();
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'nonce-${nonce}'`,
    `connect-src 'self' ${new URL(page.liveUrl).origin}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  const markup = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parley: live</title>
    <link rel="icon" href="data:,">
    <style nonce="${nonce}">${baseStyle}${style}</style>
  </head>
  <body>
    <header>
      <h1>Parley</h1>
      <p>Each pane is somebody with a socket of their own. Write in one, and see it in the other; reload, and nothing is missing.</p>
      <nav><a href="/">Start</a> <a href="/asyncapi.json">asyncapi.json</a></nav>
    </header>
    <main>${page.people.map(({ name }) => pane(name))}</main>
    <script type="application/json" id="page">${asJson(page)}</script>
    <script src="${script}"></script>
  </body>
</html>
`;
  return pageAnswer(markup, policy);
}

/** JSON that ends no script element. */
const asJson = (value: unknown): Html => new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));

const pane = (name: string): Html => html`
      <section class="pane" data-person="${name}">
        <h2>${name} <span class="state">connecting</span></h2>
        <p>Online: <span class="active"></span></p>
        <ol class="messages" aria-live="polite"></ol>
        <p class="note"></p>
        <form class="composer">
          <input class="text" aria-label="Message of ${name}" placeholder="Write as ${name}" autocomplete="off" maxlength="5000">
          <button>Send</button>
        </form>
      </section>`;

const style = html`
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; padding-block: 1.5rem }
.pane { display: flex; flex-direction: column; min-width: 0; height: min(40rem, 70vh); padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
h2 { display: flex; align-items: baseline; justify-content: space-between; margin: 0; font-size: 1.2rem }
.state { font-size: .8rem; font-weight: normal; color: var(--faint) }
[data-state=open] .state { color: var(--accent) }
.pane p { margin: .2rem 0; font-size: .9rem; color: var(--faint) }
.note { min-height: 1.5em }
.messages { flex: 1; margin: .5rem 0; padding: 0; overflow-y: auto; list-style: none; scrollbar-width: thin }
.messages li { margin: .5rem 0; max-width: 85% }
.messages li p { margin: 0; color: inherit; font-size: 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
.messages b { font-size: .8rem; color: var(--accent) }
.messages time { font-size: .75rem; color: var(--faint) }
.messages .own { margin-left: auto; text-align: right }
.messages .system { max-width: none; text-align: center; font-size: .8rem; color: var(--faint) }
.composer { display: flex; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden }
.composer button { padding: 0 1rem; font: inherit; color: var(--accent); background: none; border: 0; border-left: 1px solid var(--line); cursor: pointer }
.text { flex: 1; min-width: 0; padding: .6rem .8rem; font: inherit; color: inherit; background: var(--paper); border: 0 }
`;
