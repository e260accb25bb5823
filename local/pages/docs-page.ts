import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';
import { html } from './html.ts';

/**
 * The page that shows `/openapi.json` for reading and trying out.
 * @param script the path of RapiDoc's script
 * @param token what it tries the API with, until the reader puts another in its place
 */
export function docsPage(script: string, token: string): Answer {
  const nonce = randomUUID();
  // RapiDoc styles itself inline; everything else comes from here and is named.
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
  ];
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parley: the API</title>
    <link rel="icon" href="data:,">
    <style>
      body { margin: 0; background: light-dark(#fff, #222); color-scheme: light dark }
      [slot='nav-logo'] { margin: 1rem; color: #99d5cd; font: 600 1.2rem system-ui, sans-serif }
    </style>
    <script nonce="${nonce}" type="module" src="${script}"></script>
  </head>
  <body>
    <rapi-doc
      spec-url="/openapi.json" load-fonts="false" show-header="false" render-style="read" schema-style="table"
      allow-server-selection="false" regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace"
      primary-color="#0f766e" nav-bg-color="#14302d" nav-text-color="#c5d8d5"
      api-key-name="Authorization" api-key-location="header" api-key-value="Bearer ${token}">
      <a slot="nav-logo" href="/">Parley</a>
    </rapi-doc>
    <script nonce="${nonce}">
      const dark = matchMedia('(prefers-color-scheme: dark)');
      const follow = () => document.querySelector('rapi-doc').setAttribute('theme', dark.matches ? 'dark' : 'light');
      dark.addEventListener('change', follow);
      follow();
    </script>
  </body>
</html>
`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
    },
    body: page.text,
  };
}
