/** Where the laptop's cloud believes it stands. */
export const region = 'us-east-1';
export const accountId = '000000000000';

/** The name of something in the laptop's cloud: `arn('dynamodb', 'table/Messages')`. */
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;
