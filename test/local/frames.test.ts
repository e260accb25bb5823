import fc from 'fast-check';
import { expect, test } from 'vitest';
import { watchFrames } from '../../local/websocket/frames.ts';

const KB = 1024;
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 };

/** A frame as clients send it. */
function frame(opcode: keyof typeof opcodes, bytes: number, { masked = true } = {}): Buffer {
  const length =
    bytes < 126 ? Buffer.alloc(1, bytes) : bytes < 65_536 ? Buffer.from([126, 0, 0]) : Buffer.from([127, ...Array(8)]);
  if (length.length === 3) length.writeUInt16BE(bytes, 1);
  if (length.length === 9) length.writeBigUInt64BE(BigInt(bytes), 1);
  length.writeUInt8(length.readUInt8(0) | (masked ? 0x80 : 0), 0);
  return Buffer.concat([
    Buffer.from([opcodes[opcode]]),
    length,
    Buffer.alloc(masked ? 4 : 0),
    Buffer.alloc(bytes, 0xff),
  ]);
}

/** What becomes of frames that come in pieces of a size: the code of the closing, or none. */
function codeOf(frames: readonly Buffer[], piece = Number.POSITIVE_INFINITY): number | undefined {
  const tooMuch = watchFrames();
  const bytes = Buffer.concat(frames);
  for (let at = 0; at < bytes.length; at += piece) {
    const closing = tooMuch(bytes.subarray(at, at + piece));
    if (closing) return closing.code;
  }
  return undefined;
}

const full = frame('text', 32 * KB);
const more = frame('continuation', 32 * KB);

test.each([
  ['nothing but small messages', [frame('text', 0), frame('text', 125), frame('text', 126)], undefined],
  ['a frame of 32 KB', [full], undefined],
  ['a frame of one byte more', [frame('text', 32 * KB + 1)], 1009],
  ['a frame of more than 64 KB', [frame('text', 65_536)], 1009],
  ['a continuation of more than 32 KB', [frame('text', 1), frame('continuation', 32 * KB + 1)], 1009],
  ['a message of 128 KB', [full, more, more, more], undefined],
  ['a message of one byte more', [full, more, more, more, frame('continuation', 1)], 1009],
  ['several messages of 128 KB', [full, more, more, more, full, more, more, more], undefined],
  ['pings in the midst of a message', [full, frame('ping', 125), more, frame('ping', 0), more, more], undefined],
  ['a binary frame', [frame('text', 5), frame('binary', 5)], 1003],
  ['a frame without a mask', [frame('text', 5, { masked: false }), frame('binary', 5)], 1003],
])('%s', (_, frames, code) => {
  for (const piece of [Number.POSITIVE_INFINITY, 1, 7, 1_000]) expect(codeOf(frames, piece)).toBe(code);
});

test('tells before the payload has come', () => {
  expect(codeOf([frame('text', 129 * KB).subarray(0, 14)])).toBe(1009);
});

test('whatever the pieces are, frames within the bounds pass and others do not', () => {
  const size = fc.oneof(fc.constantFrom(125, 126, 32 * KB, 65_535), fc.nat(33 * KB));
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40_000 }), (sizes, piece) => {
      const tooBig = sizes.some((bytes) => bytes > 32 * KB);
      expect(
        codeOf(
          sizes.map((bytes) => frame('text', bytes)),
          piece,
        ),
      ).toBe(tooBig ? 1009 : undefined);
    }),
    { numRuns: 50 },
  );
});
