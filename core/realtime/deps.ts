import { type Deps, liveDeps } from '../operations/deps.ts';
import { type Publisher, publisherFromEnvironment } from './publisher.ts';

/** What it takes to tell sockets of something. */
export interface RealtimeDeps extends Deps {
  readonly publisher: Publisher;
}

/** The world of a deployed function that posts to sockets. */
export const liveRealtimeDeps = (): RealtimeDeps => ({ ...liveDeps(), publisher: publisherFromEnvironment() });
