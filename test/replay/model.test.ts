import { expect, test } from 'vitest';
import { unreadAfter } from '../../replay/model.ts';
import type { Step } from '../../replay/script.ts';

let n = 0;
const say = (nick: string): Step => ({ act: 'say', n: n++, nick, text: 'text', replyTo: undefined });
const read = (nick: string, upTo: number): Step => ({ act: 'read', nick, upTo });
const join = (nick: string): Step => ({ act: 'join', nick });
const leave = (nick: string): Step => ({ act: 'leave', nick });

const cases: [string, Step[], Record<string, number>][] = [
  ['nothing was said', [], { ann: 0, bea: 0 }],
  ['what others said is unread, what one said oneself is not', [say('ann'), say('ann')], { ann: 0, bea: 2 }],
  ['who writes has read everything', [say('ann'), say('bea'), say('ann')], { ann: 0, bea: 1 }],
  ['reading reaches up to a message', [say('ann'), say('ann'), say('ann'), read('bea', 2)], { ann: 0, bea: 1 }],
  [
    'reading an older message changes nothing',
    [say('ann'), say('ann'), read('bea', 2), read('bea', 1)],
    { ann: 0, bea: 0 },
  ],
  ['who joins owes nothing', [say('ann'), join('cleo'), say('ann')], { ann: 0, bea: 2, cleo: 1 }],
  ['coming and going is not unread', [join('cleo'), leave('cleo')], { ann: 0, bea: 0 }],
  ['who leaves is not there', [leave('bea'), say('ann')], { ann: 0 }],
  [
    'who comes back owes nothing of what was missed',
    [say('ann'), leave('bea'), say('ann'), join('bea'), say('ann'), read('bea', 1)],
    { ann: 0, bea: 1 },
  ],
];
test.each(cases)('%s', (_, steps, unread) => {
  expect(Object.fromEntries(unreadAfter({ starters: ['ann', 'bea'], steps }))).toEqual(unread);
});
