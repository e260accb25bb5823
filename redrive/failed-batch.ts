import * as z from 'zod/mini';

/** A record of the stream; of no interest here but for its number, and passed on whole. */
const StreamRecord = z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) });
export type StreamRecord = z.infer<typeof StreamRecord>;

/** The event for another try: Lambda's documentation leaves open whether it stands there as text or as it is. */
const Payload = z.pipe(
  z.transform((payload: unknown) => (typeof payload === 'string' ? parsed(payload) : payload)),
  z.object({ Records: z.array(StreamRecord).check(z.minLength(1)) }),
);

const Document = z.object({ requestContext: z.object({ functionArn: z.string() }), payload: Payload });

/** A batch that Lambda gave up. */
export interface FailedBatch {
  /** The ARN of the function that failed at it. */
  readonly functionArn: string;
  readonly records: readonly StreamRecord[];
}

/** Reads the document that Lambda leaves of a batch that it gave up; undefined where `text` is none. */
export function readFailedBatch(text: string): FailedBatch | undefined {
  const document = Document.safeParse(parsed(text));
  if (!document.success) return undefined;
  const { requestContext, payload } = document.data;
  return { functionArn: requestContext.functionArn, records: payload.Records };
}

/** What JSON says; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
