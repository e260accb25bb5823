import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type Resources, templateOf } from './small-stack.ts';

const Anything = z.record(z.string(), z.unknown());

/** `value` as the property of a policy has it, once it is resolved. */
const resolved = (value: unknown, resources: Resources = {}, rest = {}) => {
  const template = templateOf({ ...resources, Subject: { Type: 'AWS::IAM::Policy', Properties: { value } } }, rest);
  return template.all('AWS::IAM::Policy', Anything)[0]?.properties['value'];
};

const others: Resources = {
  Fn: { Type: 'AWS::Lambda::Function' },
  Messages: { Type: 'AWS::DynamoDB::Table' },
  Named: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': `messages-\${AWS::Region}` } } },
  Failed: { Type: 'AWS::S3::Bucket' },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'live' } },
  Live: { Type: 'AWS::ApiGatewayV2::Api' },
  Sweep: { Type: 'AWS::Events::Rule' },
};

test.each([
  ['a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['a resource', { Ref: 'Messages' }, 'Parley-Messages'],
  ['a resource with a name of its own', { Ref: 'Named' }, 'messages-us-east-1'],
  ['a stage', { Ref: 'Stage' }, 'live'],
  ['an attribute', { 'Fn::GetAtt': ['Fn', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:Fn'],
  [
    "a table's stream",
    { 'Fn::GetAtt': ['Named', 'StreamArn'] },
    'arn:aws:dynamodb:us-east-1:000000000000:table/messages-us-east-1/stream/laptop',
  ],
  [
    "a WebSocket API's address",
    { 'Fn::GetAtt': ['Live', 'ApiEndpoint'] },
    'wss://live.execute-api.us-east-1.amazonaws.com',
  ],
  ['a rule', { 'Fn::GetAtt': ['Sweep', 'Arn'] }, 'arn:aws:events:us-east-1:000000000000:rule/Sweep'],
  ['a bucket', { 'Fn::GetAtt': ['Failed', 'Arn'] }, 'arn:aws:s3:::failed'],
  [
    'a join',
    { 'Fn::Join': ['/', ['a', { Ref: 'Named' }, { 'Fn::Join': ['-', ['b', 'c']] }]] },
    'a/messages-us-east-1/b-c',
  ],
  [
    'a substitution',
    { 'Fn::Sub': `\${Messages.Arn}/index/*` },
    'arn:aws:dynamodb:us-east-1:000000000000:table/Parley-Messages/index/*',
  ],
  ['a literal in a substitution', { 'Fn::Sub': `\${!Messages}` }, `\${Messages}`],
  ['a part of a split', { 'Fn::Select': [3, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Fn', 'Arn'] }] }] }, 'us-east-1'],
  ['deep within', [{ name: { Ref: 'Messages' }, plain: 1 }], [{ name: 'Parley-Messages', plain: 1 }]],
])('resolves %s', (_, value, expected) => {
  expect(resolved(value, others)).toEqual(expected);
});

test('resolves a parameter by its default', () => {
  expect(resolved({ Ref: 'Color' }, {}, { Parameters: { Color: { Type: 'String', Default: 'teal' } } })).toBe('teal');
});

test.each([
  ['an intrinsic function that it does not know', { 'Fn::FindInMap': ['a', 'b', 'c'] }, /Subject.*Fn::FindInMap/],
  ['a reference into nowhere', { Ref: 'Nothing' }, /Subject.*Nothing/],
  ['an attribute that it does not know', { 'Fn::GetAtt': ['Messages', 'Colour'] }, /Subject.*Messages.*Colour/],
  ['a parameter without default', { Ref: 'Color' }, /Subject.*Color/],
])('refuses %s, by name', (_, value, message) => {
  expect(() => resolved(value, others, { Parameters: { Color: { Type: 'String' } } })).toThrow(message);
});

test('refuses a type that it does not play, by name', () => {
  expect(() => templateOf({ Queue: { Type: 'AWS::SQS::Queue' } })).toThrow(/Queue \(AWS::SQS::Queue\)/);
});

test('passes over what has no effect on a laptop', () => {
  expect(() => templateOf({ Alarm: { Type: 'AWS::CloudWatch::Alarm' } })).not.toThrow();
});

test('refuses a resource that may not exist', () => {
  expect(() => templateOf({ Messages: { Type: 'AWS::DynamoDB::Table', Condition: 'IsBig' } })).toThrow(
    /Messages.*IsBig/,
  );
});

test('refuses a property that the schema does not know, naming resource and property', () => {
  const template = templateOf({ Messages: { Type: 'AWS::DynamoDB::Table', Properties: { Colour: 'red' } } });
  expect(() => template.all('AWS::DynamoDB::Table', z.strictObject({}))).toThrow(/Messages[\s\S]*Colour/);
});
