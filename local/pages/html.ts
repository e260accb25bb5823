import type { Answer } from '../http.ts';

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | Html | readonly Html[];

/** A template of HTML: what stands in it is escaped, unless it is HTML itself. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(literals.map((literal, at) => literal + rendered(parts[at] ?? '')).join(''));
}

const rendered = (part: Part): string => {
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return part instanceof Html ? part.text : part.map(rendered).join('');
};

/** The answer that is a page, under a content security policy. Its tokens are made anew each time, so none is kept. */
export const pageAnswer = (page: Html, policy: readonly string[]): Answer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
  },
  body: page.text,
});
