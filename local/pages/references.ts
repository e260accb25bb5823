import type { Dialect } from '../../core/contract/route.ts';

/** Where each dialect's reference is, for reading and as a document. */
export const references: readonly { readonly dialect: Dialect; readonly page: string; readonly document: string }[] = [
  { dialect: 'native', page: '/docs', document: '/openapi.json' },
  { dialect: 'v2', page: '/docs/v2', document: '/openapi/v2.json' },
  { dialect: 'v1', page: '/docs/v1', document: '/openapi/v1.json' },
];
