import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { buildApp } from '../../infra/app.ts';
import { inScratch } from './scratch.ts';

const build = (context: Record<string, unknown>): Promise<App> => inScratch((outdir) => buildApp({ outdir, context }));

const external = { issuer: 'https://id.example.com', audience: 'web', corsOrigins: 'https://a.example.com' };
const apps = [
  ['the default stack', await build({})],
  ['a stack with an issuer and CORS', await build(external)],
] as const;

/** What the AwsSolutions pack finds below `scope`. */
const findings = (scope: IConstruct): string[] =>
  new AwsSolutionsChecks().validateScope(scope).violations.map(({ ruleName }) => ruleName);

describe.each(apps)('%s', (_, app) => {
  it('is free of findings', () => {
    expect(findings(app)).toEqual([]);
  });

  it('gives a reason for each that it acknowledges', () => {
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)));
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const [rule, reason] of acknowledged) expect([rule, reason.length > 20]).toEqual([rule, true]);
  });

  it('would not be free with a careless resource in it', () => {
    const stack = app.node.findChild('Parley');
    const bucket = new Bucket(stack, 'Careless');
    expect(findings(app)).toContain('AwsSolutions-S1');
    stack.node.tryRemoveChild(bucket.node.id);
  });
});

it('a finding stops the synthesis', () =>
  inScratch(async (outdir) => {
    const app = await buildApp({ outdir });
    new Bucket(new Stack(app, 'Careless'), 'Bucket');
    expect(() => app.synth()).toThrow('AwsSolutions-S1');
  }));
