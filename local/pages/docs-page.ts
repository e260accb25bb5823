import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';
import { html, pageAnswer } from './html.ts';

/**
 * The page that shows an OpenAPI document for reading and trying out.
 * @param assets the paths of Swagger UI's script and style sheet
 * @param document the document's path
 * @param keys what it tries the API with, until the reader puts others in their place: by the names of the document's
 *   security schemes, of which it has one or both
 */
export function docsPage(
  assets: { script: string; style: string },
  document: string,
  keys: { readonly token: string; readonly platform: string },
): Answer {
  const nonce = randomUUID();
  // Swagger UI styles itself inline; everything else comes from here and is named.
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
    <link rel="stylesheet" href="${assets.style}">
  </head>
  <body>
    <div id="reference"></div>
    <script nonce="${nonce}" src="${assets.script}"></script>
    <script nonce="${nonce}">
      const ui = SwaggerUIBundle({
        url: '${document}',
        dom_id: '#reference',
        deepLinking: true,
        validatorUrl: null,
        onComplete: () => {
          ui.preauthorizeApiKey('token', '${keys.token}');
          ui.preauthorizeApiKey('platform', '${keys.platform}');
        },
      });
    </script>
  </body>
</html>
`;
  return pageAnswer(page, policy);
}
