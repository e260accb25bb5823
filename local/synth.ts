import { buildApp } from '../infra/app.ts';
import { developmentAudience, issuerPath, jwksPath } from './issuer.ts';

// Synthesizes the stack as the laptop plays it: `node local/synth.ts <outdir> <origin>`.
const [outdir, origin] = process.argv.slice(2);
const app = await buildApp({
  outdir,
  context: {
    issuer: `${origin}${issuerPath}`,
    jwksUri: `${origin}${jwksPath}`,
    audience: developmentAudience,
    corsOrigins: '*',
  },
});
app.synth();
