import { randomUUID } from 'node:crypto';

/**
 * An item whose change sockets are to hear of carries a token in `announce`: the stream's filters let those pass, and a
 * consumer tells by another token that this change is the one. A write that sockets need not hear of from the stream takes
 * it away, or leaves it as it is.
 */
export const announcement = (): string => randomUUID().slice(0, 8);
