import { describe, expect, test } from 'vitest';
import { compareParticipants, compareUnread } from '../../replay/compare-people.ts';
import { userIdOf } from '../../replay/people.ts';

describe('who takes part', () => {
  const [ann, bea, cleo] = ['ann', 'bea', 'cleo'].map(userIdOf) as [string, string, string];
  test.each([
    ['as it should be', [bea, ann], []],
    ['missing', [ann], ['bea takes part, and is not listed']],
    ['on two pages', [ann, bea, ann], ['ann takes part, and is listed 2 times']],
    ['too many', [ann, bea, cleo, cleo], [`${cleo} is listed, and does not take part`]],
  ])('%s', (_, listed, messages) => {
    const differences = compareParticipants(['ann', 'bea'], listed);
    expect(differences).toEqual(messages.map((message) => ({ kind: 'participants', message })));
  });
});

test('an unread count that is another one is told', () => {
  const unread = new Map(Object.entries({ ann: 0, bea: 3, cleo: 5 }));
  expect(compareUnread(unread, unread)).toEqual([]);
  expect(compareUnread(unread, new Map(Object.entries({ ann: 1, bea: 3 })))).toEqual([
    { kind: 'unread', message: 'ann is told of 1 unread messages, and has 0' },
  ]);
});
