import { expect, test } from 'vitest';
import { readFilter } from '../../local/streams/filter.ts';

const record = {
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { pk: { S: 'C#1' }, sk: { S: '#HEAD' } },
    NewImage: {
      status: { S: 'Removed' },
      count: { N: '5' },
      large: { BOOL: true },
      gone: { NULL: true },
      tags: { SS: ['red', 'green'] },
      empty: { S: '' },
    },
  },
};
const passes = (part: object) => readFilter(JSON.stringify({ dynamodb: { NewImage: part } }))(record);

test.each<[string, object, boolean]>([
  ['an equal text', { status: { S: ['Removed'] } }, true],
  ['one of several', { status: { S: ['active', 'Removed'] } }, true],
  ['none of several', { status: { S: ['active', 'archived'] } }, false],
  ['a text of another case', { status: { S: ['removed'] } }, false],
  ['a text of another case where it may be', { status: { S: [{ 'equals-ignore-case': 'rEMOVED' }] } }, true],
  ['a number, which is text', { count: { N: ['5'] } }, true],
  ['a number that is no text', { count: { N: [5] } }, false],
  ['a truth', { large: { BOOL: [true] } }, true],
  ['an empty text', { empty: { S: [''] } }, true],
  ['a beginning', { status: { S: [{ prefix: 'Rem' }] } }, true],
  ['another beginning', { status: { S: [{ prefix: 'rem' }] } }, false],
  ['an end', { status: { S: [{ suffix: 'ved' }] } }, true],
  ['another end', { status: { S: [{ suffix: 'Rem' }] } }, false],
  ['anything but others', { status: { S: [{ 'anything-but': ['active', 'forming'] }] } }, true],
  ['anything but this', { status: { S: [{ 'anything-but': 'Removed' }] } }, false],
  ['anything but something, where there is nothing', { other: { S: [{ 'anything-but': 'x' }] } }, false],
  ['a leaf that exists', { status: { S: [{ exists: true }] } }, true],
  ['a leaf that does not', { other: { S: [{ exists: true }] } }, false],
  ['no leaf', { other: { S: [{ exists: false }] } }, true],
  ['no leaf, though it exists', { status: { S: [{ exists: false }] } }, false],
  ['what exists and is no leaf', { status: [{ exists: true }] }, false],
  ['one of a set', { tags: { SS: ['green'] } }, true],
  ['none of a set', { tags: { SS: ['blue'] } }, false],
  ['several fields', { status: { S: ['Removed'] }, count: { N: ['5'] } }, true],
  ['several fields, one of them otherwise', { status: { S: ['Removed'] }, count: { N: ['6'] } }, false],
  ['either of two fields', { $or: [{ status: { S: ['active'] } }, { count: { N: ['5'] } }] }, true],
  ['neither of two fields', { $or: [{ status: { S: ['active'] } }, { count: { N: ['6'] } }] }, false],
  ['a part of what everything inherits', { constructor: { name: [{ exists: true }] } }, false],
])('passes or not: %s', (_, part, expected) => {
  expect(passes(part)).toBe(expected);
});

test('a whole image that is missing is missing at each leaf', () => {
  const filter = readFilter('{"dynamodb":{"OldImage":{"pk":{"S":[{"exists":false}]}}}}');
  expect(filter(record)).toBe(true);
  expect(filter({ dynamodb: { OldImage: { pk: { S: 'C#1' } } } })).toBe(false);
});

test.each([
  ['a comparison of numbers', { count: { N: [{ numeric: ['>', 1] }] } }, 'numeric'],
  ['an operator that nobody knows', { status: { S: [{ like: 'R%' }] } }, 'like'],
  ['anything but a beginning', { status: { S: [{ 'anything-but': { prefix: 'R' } }] } }, 'prefix'],
  ['a value without brackets', { status: { S: 'Removed' } }, 'Removed'],
])('refuses %s, loudly', (_, part, named) => {
  expect(() => passes(part)).toThrow(named);
});

test('refuses what Lambda does not look at', () => {
  expect(() => readFilter('{"eventName":["REMOVE"]}')).toThrow('eventName beside dynamodb');
});
