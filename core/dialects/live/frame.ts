import * as z from 'zod/mini';
import type { ErrorCode } from '../../contract/errors.ts';
import { limits } from '../../contract/limits.ts';
import { type AckFrame, ActionFrame, type ErrorFrame, frameId } from '../../contract/live/frame.ts';
import { utf8Bytes } from '../../contract/text.ts';
import { Failure, invalid } from '../../domain/errors.ts';
import { parseValue } from '../codec.ts';
import { words } from '../native/words.ts';
import type { ActionCodec } from './codec.ts';

/** What could be read of a client's frame: an action, or the id to answer to, if it has a proper one, and what is wrong. */
export type ReadFrame =
  | (z.infer<typeof ActionFrame> & { readonly failure?: undefined })
  | { readonly id: string | null; readonly failure: Failure };

const Identified = z.object({ id: frameId() });

/** Reads a frame; it never throws. `text` is missing where the frame is empty. */
export function readFrame(text: string | null | undefined): ReadFrame {
  let json: unknown;
  try {
    json = JSON.parse(text ?? '');
  } catch {
    return { id: null, failure: new Failure('malformed_json', 'The frame is not valid JSON') };
  }
  const { data: frame, faults } = parseValue(ActionFrame, json, words);
  if (!faults) return frame;
  return { id: Identified.safeParse(json).data?.id ?? null, failure: invalid(...faults) };
}

/**
 * A frame to a client as it goes out.
 * @throws Error when it is too large, which is our error
 */
export function frameText(frame: object): string {
  const text = JSON.stringify(frame);
  if (utf8Bytes(text) > limits.frameBytes) throw new Error('unable to send a frame; it is too large');
  return text;
}

/**
 * The answer to an action that succeeded, as text.
 * @throws Error when it is too large for a frame
 */
export const ackFrame = (id: string, data: unknown): string =>
  frameText({ type: 'ack', id, data } satisfies z.infer<typeof AckFrame>);

/** What may be over in a moment. */
const passing: ReadonlySet<ErrorCode> = new Set(['unavailable', 'rate_limited']);

/**
 * The answer to an action that failed, as text.
 * @param id null where the frame has no proper one
 * @param names of the action's codec, if it came as far as that
 */
export const errorFrame = (
  id: string | null,
  { code, message, faults }: Failure,
  names: ActionCodec<never, never>['names'] = {},
): string => {
  const details = faults.map(({ path, message }) => ({ path: names[path] ?? path, message }));
  const error = { code, message, temporary: passing.has(code), ...(details.length > 0 ? { details } : {}) };
  return frameText({ type: 'error', id, error } satisfies z.infer<typeof ErrorFrame>);
};
