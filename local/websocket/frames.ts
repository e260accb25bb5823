import type { Closing } from './closing.ts';

/** API Gateway's bounds, in bytes. */
const FRAME_MOST_BYTES = 32 * 1024;
export const MESSAGE_MOST_BYTES = 128 * 1024;

const tooBig: Closing = { code: 1009, reason: 'Message too big' };
const notText: Closing = { code: 1003, reason: 'Binary is not supported' };

const BINARY = 2;
const FIRST_OF_CONTROL = 8;
const CONTINUATION = 0;
const MASK_BYTES = 4;

/**
 * Watches the frames that come from a client, which the library behind the connection hides: API Gateway takes text only,
 * in frames of at most 32 KB and messages of at most 128 KB.
 * @returns takes the bytes as they come, and tells why they are too much, as soon as they are
 */
export function watchFrames(): (bytes: Buffer) => Closing | undefined {
  let header: Buffer = Buffer.alloc(0);
  let payloadLeft = 0;
  let messageBytes = 0;

  const refusalOf = ({ opcode, payload }: FrameHeader): Closing | undefined => {
    if (payload > FRAME_MOST_BYTES) return tooBig;
    if (opcode === BINARY) return notText;
    // Those may stand between the frames of a message.
    if (opcode >= FIRST_OF_CONTROL) return undefined;
    messageBytes = (opcode === CONTINUATION ? messageBytes : 0) + payload;
    return messageBytes > MESSAGE_MOST_BYTES ? tooBig : undefined;
  };

  return (bytes) => {
    let rest = bytes;
    while (rest.length > 0) {
      const skipped = Math.min(payloadLeft, rest.length);
      payloadLeft -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) return undefined;

      const known = header.length;
      header = Buffer.concat([header, rest.subarray(0, HEADER_MOST_BYTES - known)]);
      const frame = readHeader(header);
      if (frame === undefined) return undefined;
      const refusal = refusalOf(frame);
      if (refusal !== undefined) return refusal;
      rest = rest.subarray(frame.bytes - known);
      payloadLeft = frame.payload;
      header = Buffer.alloc(0);
    }
    return undefined;
  };
}

interface FrameHeader {
  readonly opcode: number;
  /** How long the payload is that follows. */
  readonly payload: number;
  /** How long the header itself is. */
  readonly bytes: number;
}

const HEADER_MOST_BYTES = 2 + 8 + MASK_BYTES;

/** The header that `bytes` begin with; undefined while it is not whole. */
function readHeader(bytes: Buffer): FrameHeader | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  const mask = (second & 0x80) === 0 ? 0 : MASK_BYTES;
  const length = 2 + extra + mask;
  if (bytes.length < length) return undefined;
  const payload = extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : short;
  return { opcode: first & 0x0f, payload, bytes: length };
}
