import { openPane } from './pane.ts';
import type { TryPage } from './try-page.ts';

/** The page tells its script who talks where, in a script element of JSON that it wrote itself. */
const page: TryPage = JSON.parse(document.querySelector('#page')?.textContent ?? '');

for (const [at, section] of document.querySelectorAll<HTMLElement>('section.pane').entries()) {
  const person = page.people[at];
  if (person) openPane(section, person, page);
}
