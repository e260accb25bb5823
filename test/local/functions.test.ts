import { expect, test } from 'vitest';
import { readFunctions } from '../../local/lambda/functions.ts';
import { fn, type Resources, type SmallFunction, table, templateOf } from './small-stack.ts';

const read = (small: SmallFunction, more: Resources = {}) => {
  const assets = new Map([['Fn.zip', '/assets/fn']]);
  const functions = readFunctions(templateOf({ ...table, ...fn('Fn', small), ...more }), { template: '', assets });
  expect(functions).toHaveLength(1);
  return functions[0];
};

const getItem = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } };

test('reads code, environment, bounds and permissions', () => {
  const definition = read({
    properties: { Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } }, MemorySize: 1024, Timeout: 7 },
    statements: [getItem],
  });
  expect(definition).toMatchObject({
    name: 'Fn',
    file: '/assets/fn/index.mjs',
    handler: 'handler',
    memoryMb: 1024,
    timeoutMs: 7_000,
    statements: [{ Action: ['dynamodb:GetItem'], Resource: ['arn:aws:dynamodb:us-east-1:000000000000:table/Small'] }],
    environment: {
      TABLE_NAME: 'Small',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Fn',
      AWS_ACCESS_KEY_ID: 'Fn',
    },
  });
});

test("has Lambda's own bounds where the stack sets none", () => {
  expect(read({})).toMatchObject({ memoryMb: 128, timeoutMs: 3_000 });
});

test('reads policies that stand by themselves', () => {
  const policy = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'p', Roles: [{ Ref: 'FnRole' }], PolicyDocument: { Statement: [getItem] } },
  };
  expect(read({}, { Policy: policy })?.statements).toMatchObject([{ Action: ['dynamodb:GetItem'] }]);
});

const role = (properties: object) => ({ FnRole: { Type: 'AWS::IAM::Role', Properties: { ...properties } } });

test('a policy that allows logs only changes nothing', () => {
  const managed = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  expect(read({}, role({ ManagedPolicyArns: [managed] }))?.statements).toEqual([]);
});

test.each<[string, SmallFunction, Resources, RegExp]>([
  ['another runtime', { properties: { Runtime: 'python3.14' } }, {}, /Fn[\s\S]*Runtime/],
  ['a layer', { properties: { Layers: ['arn'] } }, {}, /Fn[\s\S]*Layers/],
  ['code that the assembly does not have', { properties: { Code: { S3Key: 'other.zip' } } }, {}, /Fn.*other\.zip/],
  ['a handler without an export', { properties: { Handler: 'index' } }, {}, /Fn.*handler/],
  ['a role from elsewhere', { properties: { Role: 'arn:aws:iam::1:role/x' } }, {}, /Fn.*role/],
  [
    'a policy of AWS that it does not know',
    {},
    role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    /Fn.*AdministratorAccess/,
  ],
  ['a permission under a condition', { statements: [{ ...getItem, Condition: {} }] }, {}, /FnRole[\s\S]*Condition/],
])('refuses %s, by name', (_, small, more, message) => {
  expect(() => read(small, more)).toThrow(message);
});
