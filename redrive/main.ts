import { parseArgs } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { redrive } from './redrive.ts';

const usage = `Gives what the consumers of the table's stream failed at to them again: each batch of records that Lambda
put into the bucket. It is deleted once every record is consumed, and stays otherwise.

  npm run redrive -- --bucket NAME [--dry-run]

  --bucket   the stack's output FailedRecordsBucket
  --dry-run  only lists what there is

Ends with 1 if something stays. Credentials and region are those of the environment, as for the AWS CLI.
`;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      bucket: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { bucket, 'dry-run': dryRun, help } = values;
  if (help || !bucket) {
    process.stdout.write(usage);
    return help ? 0 : 1;
  }
  const report = (line: string) => process.stdout.write(`${line}\n`);
  const { consumed, kept } = await redrive({ s3: new S3Client(), lambda: new LambdaClient(), bucket, dryRun, report });
  report(dryRun ? `${kept} in the bucket` : `${consumed} consumed, ${kept} kept`);
  return dryRun || kept === 0 ? 0 : 1;
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`unable to redrive; ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
