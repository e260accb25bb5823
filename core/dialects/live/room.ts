import { limits } from '../../contract/limits.ts';
import { bytesInFrame, fittingPage } from '../../domain/page-size.ts';

/**
 * What a frame has room for, in bytes: the rest of it names the frame, with an id of up to 128 characters that may have to
 * be escaped, and its parts, and has a cursor.
 */
export const frameRoom = limits.frameBytes - 2 * 1024;

/** The first of the bodies in a list that fit into one frame; always at least one, if there is one. */
export const fitting = <Body>(bodies: readonly Body[], room: number = frameRoom): readonly Body[] =>
  fittingPage(bodies, room, bytesInFrame);

/** All bodies of a list, for as few frames as hold them. */
export function inFrames<Body>(bodies: readonly Body[]): (readonly Body[])[] {
  const lists: (readonly Body[])[] = [];
  for (let rest = bodies; rest.length > 0; ) {
    const list = fitting(rest);
    lists.push(list);
    rest = rest.slice(list.length);
  }
  return lists;
}
