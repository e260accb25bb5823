/** Stands in for `@aws-sdk/endpoint-cache`: the client makes one, but no DynamoDB command discovers endpoints any more. */
export class EndpointCache {}
