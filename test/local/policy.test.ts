import { expect, test } from 'vitest';
import { decide, matches, PolicyDocument } from '../../local/policy.ts';

const statements = (...given: object[]) => PolicyDocument.parse({ Version: '2012-10-17', Statement: given });
const allow = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: 'arn:t' };

test.each([
  ['exactly this', [allow], 'allowed'],
  ['the action in another case', [{ ...allow, Action: 'DynamoDB:getitem' }], 'allowed'],
  [
    'one of several actions and resources',
    [{ ...allow, Action: ['a:B', allow.Action], Resource: ['x', 'arn:t'] }],
    'allowed',
  ],
  ['a wildcard', [{ ...allow, Action: 'dynamodb:Get*', Resource: '*' }], 'allowed'],
  ['nothing', [], 'not allowed'],
  ['another action', [{ ...allow, Action: 'dynamodb:PutItem' }], 'not allowed'],
  ['another resource', [{ ...allow, Resource: 'arn:t/index/gsi1' }], 'not allowed'],
  ['this, and forbids it', [allow, { ...allow, Effect: 'Deny' }], 'denied'],
  ['this, and forbids something else', [allow, { ...allow, Effect: 'Deny', Resource: 'x' }], 'allowed'],
])('a policy that allows %s', (_, given, decision) => {
  expect(decide(statements(...given), 'dynamodb:GetItem', 'arn:t')).toBe(decision);
});

test('reads a single statement', () => {
  expect(PolicyDocument.parse({ Statement: allow })).toHaveLength(1);
});

test.each([
  ['a condition', { ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ['a negation', { Effect: 'Allow', NotAction: 'x', Resource: '*' }],
])('does not read %s, which it could not obey', (_, statement) => {
  expect(PolicyDocument.safeParse({ Statement: [statement] }).success).toBe(false);
});

test.each([
  ['a/*/c', 'a/b/b/c', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a.c*', 'abcd', false],
  ['(a|b)$*', '(a|b)$x', true],
  ['a*', 'ba', false],
  ['a', 'A', false],
])('%s matches %s: %s', (pattern, value, expected) => {
  expect(matches(pattern, value)).toBe(expected);
});
