import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFunctions } from './bundle.ts';
import { readConfig } from './config.ts';
import featureFlags from './feature-flags.json' with { type: 'json' };
import { ParleyStack } from './parley-stack.ts';

export interface AppOptions {
  /** Where the cloud assembly goes; where the CDK command line says, if absent. */
  readonly outdir?: string;
  /** The deployer's choices, as `config.ts` lists them. What the CDK command line was given wins. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The folder of the functions' sources; the project's own, if absent. */
  readonly functions?: string;
}

/**
 * The behaviours that CDK recommended when this project began, and what its command line adds to a template. They stand
 * here, and not in cdk.json, so that the laptop and the tests see the very template that deploys. They are a file of our
 * own, because a flag that an upgrade turned on could give a deployed table a new name, and so an empty successor.
 */
const defaults = {
  ...featureFlags,
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
};

/**
 * Bundles the functions and builds the app with its one stack, `Parley`, for the caller to synthesize. Needs neither an
 * account nor a network. Rejects if a function does not compile or the context makes no sense.
 */
export const buildApp = async ({ outdir, context, functions }: AppOptions = {}): Promise<App> => {
  const app = new App({ outdir, analyticsReporting: false, context: { ...defaults, ...context } });
  const config = readConfig(app.node);
  const bundles = await bundleFunctions(join(app.outdir, 'functions'), functions);
  new ParleyStack(app, 'Parley', { config, bundles });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

if (import.meta.main) (await buildApp()).synth();
