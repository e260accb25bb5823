import type { AckOf, ActionName, DataOf, ErrorDetails, LiveEvent, ServerFrame } from './frames.ts';

/** Whether events come: `open` from the welcome on. */
export type LiveState = 'connecting' | 'open' | 'closed';

export interface LiveOptions {
  /** `ws://localhost:3000/live` */
  readonly url: string;
  /** Gives a token that is good now; asked each time a socket opens. */
  readonly token: () => string | Promise<string>;
  /** Milliseconds between two pings; the default keeps a lease. */
  readonly pingMs?: number;
  /** Milliseconds within which an answer must come, or the socket counts as dead. */
  readonly answerMs?: number;
  /** Milliseconds to wait before the attempt of that number, 1, 2, 3 …, to connect again. */
  readonly pauseMs?: (attempt: number) => number;
}

/** A live connection that opens a socket anew whenever one ends, until it is closed. */
export interface Live {
  readonly state: LiveState;
  /**
   * Performs an action.
   * @throws LiveError what the server answered; a temporary one where no answer can come any more
   */
  request<Name extends ActionName>(action: Name, data: DataOf<Name>): Promise<AckOf<Name>>;
  /**
   * Performs an action as often as it takes until it has an answer that is not temporary. Sends need a `clientMessageId`.
   * @throws LiveError that answer, or the last one once this is closed
   */
  insist<Name extends ActionName>(action: Name, data: DataOf<Name>): Promise<AckOf<Name>>;
  /** Has `listener` hear all events from now on, and all changes of state; the result ends that. */
  on(listener: LiveListener): () => void;
  close(): void;
}

export interface LiveListener {
  event?(event: LiveEvent): void;
  state?(state: LiveState): void;
}

/** An action failed. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  readonly code: ErrorDetails['code'];
  /** Whether the same action may succeed when it is tried again. */
  readonly temporary: boolean;

  constructor({ code, message, temporary }: ErrorDetails) {
    super(message);
    this.code = code;
    this.temporary = temporary;
  }
}

const unanswered = () => new LiveError({ code: 'unavailable', message: 'No answer came', temporary: true });

/** Half a second at first, half a minute at most, and never in step with others. */
const growing = (attempt: number): number => Math.min(30_000, 500 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);

interface Pending {
  resolve(data: never): void;
  reject(error: LiveError): void;
}

/** Opens a live connection, by the rules of the live protocol. Events come from the first welcome on. */
export function openLive(options: LiveOptions): Live {
  const { url, token, pingMs = 60_000, answerMs = 10_000, pauseMs = growing } = options;
  const listeners = new Set<LiveListener>();
  const pending = new Map<string, Pending>();
  let state: LiveState = 'connecting';
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let actions = 0;
  /** What a socket hears before its welcome. */
  let early: LiveEvent[] | undefined;

  const become = (next: LiveState) => {
    if (state === next || state === 'closed') return;
    state = next;
    for (const listener of [...listeners]) listener.state?.(next);
  };

  const later = (ms: number, work: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };

  const failAll = () => {
    for (const { reject } of pending.values()) reject(unanswered());
    pending.clear();
  };

  /** Gives a socket up, whether or not it knows that it has ended. */
  const giveUp = (ended: WebSocket) => {
    if (ended !== socket) return;
    socket = undefined;
    ended.close();
    failAll();
    if (state === 'closed') return;
    become('connecting');
    attempts += 1;
    later(pauseMs(attempts), connect);
  };

  const connect = async () => {
    const bearer = await Promise.resolve()
      .then(token)
      .catch(() => undefined);
    if (state === 'closed') return;
    if (bearer === undefined) {
      attempts += 1;
      later(pauseMs(attempts), connect);
      return;
    }
    const opening = new WebSocket(url, ['parley.v1', `bearer.${bearer}`]);
    socket = opening;
    early = [];
    opening.addEventListener('message', ({ data }) => hear(opening, String(data)));
    opening.addEventListener('close', () => giveUp(opening));
    opening.addEventListener('error', () => giveUp(opening));
    // Without a welcome it is of no use.
    later(answerMs, () => giveUp(opening));
  };

  const hear = (from: WebSocket, text: string) => {
    if (from !== socket) return;
    // The server holds what it sends against the contract.
    const frame: ServerFrame = JSON.parse(text);
    switch (frame.type) {
      case 'ack':
        take(frame.id)?.resolve(frame.data as never);
        break;
      case 'error':
        take(frame.id ?? '')?.reject(new LiveError(frame.error));
        break;
      case 'event':
        if (frame.event === 'session.welcome') begin(from, frame);
        else if (early) early.push(frame);
        else tell(frame);
        break;
      default:
        // The gateway speaks for itself, and does not say of which action.
        failAll();
    }
  };

  const tell = (event: LiveEvent) => {
    for (const listener of [...listeners]) listener.event?.(event);
  };

  /** What came before the welcome is never older than it, and so is told after it. */
  const begin = (from: WebSocket, welcome: LiveEvent) => {
    attempts = 0;
    become('open');
    keepAlive(from);
    const held = early ?? [];
    early = undefined;
    for (const event of [welcome, ...held]) tell(event);
  };

  const take = (id: string): Pending | undefined => {
    const one = pending.get(id);
    pending.delete(id);
    return one;
  };

  const keepAlive = (alive: WebSocket) => {
    later(pingMs, async () => {
      later(answerMs, () => giveUp(alive));
      const answered = await request('ping', {}).then(
        () => true,
        () => false,
      );
      if (alive !== socket) return;
      if (answered) keepAlive(alive);
      else giveUp(alive);
    });
  };

  const request: Live['request'] = (action, data) => {
    const through = socket;
    if (through?.readyState !== WebSocket.OPEN) return Promise.reject(unanswered());
    actions += 1;
    const id = String(actions);
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      through.send(JSON.stringify({ action, id, data }));
    });
  };

  const opened = (): Promise<void> => {
    if (state !== 'connecting') return Promise.resolve();
    return new Promise((resolve) => {
      const end = on({
        state: () => {
          end();
          resolve();
        },
      });
    });
  };

  const insist: Live['insist'] = async (action, data) => {
    for (let attempt = 1; ; attempt += 1) {
      await opened();
      try {
        return await request(action, data);
      } catch (error) {
        if (!(error instanceof LiveError && error.temporary) || state === 'closed') throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs(attempt)));
      }
    }
  };

  const on: Live['on'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  void connect();
  return {
    get state() {
      return state;
    },
    request,
    insist,
    on,
    close() {
      become('closed');
      clearTimeout(timer);
      socket?.close();
      socket = undefined;
      failAll();
    },
  };
}
