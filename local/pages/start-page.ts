import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';
import { configurationPath, developmentAudience, type Issuer, jwksPath, tokenPath } from '../issuer.ts';
import { type Person, people, platform, type World } from '../world.ts';
import { type Html, html, pageAnswer } from './html.ts';
import { baseStyle } from './style.ts';

/** Where the laptop's cloud answers. */
export interface Addresses {
  /** `http://localhost:3000` */
  readonly origin: string;
  /** `ws://localhost:3000/live` */
  readonly liveUrl: string;
}

/** The page at `/`: where everything is, who is there, and how to begin. Its tokens are made anew each time. */
export async function startPage(
  { origin, liveUrl }: Addresses,
  issuer: Issuer,
  { conversationId }: World,
): Promise<Answer> {
  const { ada, abe, bea, dee } = people;
  const [asAda = '', asDee = ''] = await Promise.all([ada, dee].map((person) => issuer.token({ ...person })));
  const cards = await Promise.all(
    Object.values(people).map(async (person) => card(person, await issuer.token({ ...person }))),
  );
  const conversation = `${origin}/conversations/${conversationId}`;
  const nonce = randomUUID();

  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parley on this machine</title>
    <link rel="icon" href="data:,">
    <style nonce="${nonce}">${baseStyle}${style}</style>
  </head>
  <body>
    <header>
      <h1>Parley</h1>
      <p>A conversations backend, running whole on this machine.</p>
      <nav><a href="/try">Try it live</a> <a href="/docs">API reference</a> <a href="/docs/v2">v2</a> <a href="/docs/v1">v1</a>
        <a href="/openapi.json">openapi.json</a> <a href="/asyncapi.json">asyncapi.json</a> <a href="/health">health</a></nav>
    </header>
    <main>
      <section>
        <h2>Where</h2>
        <dl>
          <dt>REST</dt><dd><code>${origin}</code></dd>
          <dt>WebSocket</dt><dd><code>${liveUrl}</code></dd>
          <dt>Issuer</dt><dd><a href="${configurationPath}"><code>${issuer.url}</code></a></dd>
          <dt>Keys</dt><dd><a href="${jwksPath}"><code>${origin}${jwksPath}</code></a></dd>
          <dt>Audience</dt><dd><code>${developmentAudience}</code></dd>
        </dl>
      </section>
      <section>
        <h2>Who</h2>
        <p>Ada, Abe and Bea work at the same café and share a conversation. Dee is of another organization and sees none of it.
          Each token is good for a day.</p>
        <div class="cards">${cards}</div>
      </section>
      <section>
        <h2>First steps</h2>
        <p>Paste any of these into a terminal.</p>
        ${step('List the conversations of Ada', curl(`${origin}/conversations`, asAda))}
        ${step('Read the messages of one', curl(`${conversation}/messages`, asAda))}
        ${step('Send one', curl(`${conversation}/messages`, asAda, { text: 'Hello from the terminal' }))}
        ${step('Begin a conversation with Bea', curl(`${origin}/conversations`, asAda, { type: 'direct', participantIds: [bea.sub] }))}
        ${step('Try it as Dee, for whom there is no such conversation', curl(conversation, asDee))}
        ${step('Read it all in the dialect of organizations', curl(`${origin}/api/v2/conversations`, asAda))}
        ${step('Begin one in the dialect of platforms', curl(`${origin}/api/v1/chat/conversations`, asAda, { participant_uuid: abe.sub, taggable_type: 'Order', taggable_id: 7 }, platform.publicKey))}
        ${step('Make a token for anybody', `curl -s ${origin}${tokenPath} -d '${JSON.stringify({ sub: randomUUID(), org_id: ada.org_id })}'`)}
      </section>
    </main>
    <script nonce="${nonce}">${script}</script>
  </body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return pageAnswer(page, policy);
}

/** A command line that calls the API with a token, and as a platform: with a `body` by POST, else by GET. */
function curl(url: string, token: string, body?: object, publicKey?: string): string {
  const data = body === undefined ? '' : ` -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const key = publicKey === undefined ? '' : ` -H 'x-public-key: ${publicKey}'`;
  return `curl -s '${url}'${data}${key} -H 'authorization: Bearer ${token}'`;
}

const card = ({ name, sub, org_id }: Person, token: string): Html => html`
  <article>
    <h3>${name}</h3>
    <dl>
      <dt>User</dt><dd><code>${sub}</code></dd>
      <dt>Organization</dt><dd><code>${org_id}</code></dd>
    </dl>
    ${copyable(token)}
  </article>`;

const step = (what: string, command: string): Html => html`<h3>${what}</h3>${copyable(command)}`;

const copyable = (text: string): Html =>
  html`<div class="copyable"><pre><code>${text}</code></pre><button>Copy</button></div>`;

const style = html`
section { margin: 3rem 0 }
h3 { margin: 1.25rem 0 .4rem; font-size: 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 0 }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(25rem, 1fr)); gap: 1rem }
article { min-width: 0; padding: 1.1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
article h3 { margin: 0 0 .4rem; font-size: 1.1rem }
.copyable { display: flex; align-items: stretch; margin-top: .6rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden }
article .copyable { background: var(--paper) }
pre { flex: 1; min-width: 0; margin: 0; padding: .6rem .8rem; overflow-x: auto; scrollbar-width: thin }
button { padding: 0 1rem; font: inherit; font-size: .85rem; color: var(--accent); background: none; border: 0; border-left: 1px solid var(--line); cursor: pointer }
button:hover, button:focus-visible { background: color-mix(in srgb, var(--accent) 12%, transparent) }
@media (max-width: 30rem) { .cards { grid-template-columns: 1fr } }
`;

const script = html`
for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy' }, 1500);
  });
}
`;
