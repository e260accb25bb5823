import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ParleyFunction } from './function.ts';

/** Under this prefix Lambda writes what its event source mappings give up. */
const prefix = 'aws/lambda';

/**
 * The bucket of the stream's records that could not be consumed, each as the event that would bring it to its function
 * again. They hold what people wrote, so they are private, and go after a month.
 */
export class FailedRecords extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1': 'Nobody but Lambda writes here, rarely, and each object tells where it came from.',
    });
  }

  /** Lets `fn`, by whose role Lambda acts, put records into the bucket. */
  grantKeeping(fn: ParleyFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allow(['s3:PutObject'], `${this.bucket.bucketArn}/${prefix}/*`);
    acknowledge(fn, {
      [`AwsSolutions-IAM5[Resource::<FailedRecordsBucket8BDE9169.Arn>/${prefix}/*]`]:
        'Lambda names each object by the time and at random.',
    });
  }
}
