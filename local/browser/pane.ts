import { follow } from '../../client/live/follow.ts';
import type { LiveEvent } from '../../client/live/frames.ts';
import { openLive } from '../../client/live/live.ts';
import type { LiveMessage } from '../../client/live/message-log.ts';
import type { TryPage, TryPerson } from './try-page.ts';

/** Whoever has not been heard typing for so long has stopped. */
const TYPING_LASTS_MS = 5_000;
/** Typing is told no more often than this. */
const TYPING_EVERY_MS = 3_000;

/** Lets one person chat in `section`, over a live connection of its own. */
export function openPane(section: HTMLElement, person: TryPerson, page: TryPage): void {
  const { conversationId, liveUrl, tokenPath } = page;
  const part = <E extends HTMLElement>(name: string): E => {
    const found = section.querySelector<E>(`.${name}`);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  };
  const [state, active, list, note] = [part('state'), part('active'), part('messages'), part('note')];
  const form = part<HTMLFormElement>('composer');
  const text = part<HTMLInputElement>('text');

  const names = new Map(Object.entries(page.names));
  const nameOf = (userId: string | null) => (userId === null ? '' : (names.get(userId) ?? userId.slice(0, 8)));
  const present = new Set<string>();
  const typists = new Map<string, number>();
  /** How far others have read: the last message's id, by user. */
  const reads = new Map<string, string>();

  const token = async () => {
    const answer = await fetch(tokenPath, { method: 'POST', body: JSON.stringify(person) });
    return (await answer.json()).token as string;
  };
  const live = openLive({ url: liveUrl, token });
  const following = follow(live, person.sub, { changed: (id) => id === conversationId && show() });

  let marked = '';
  const show = () => {
    const messages = following.logs.get(conversationId)?.messages ?? [];
    const wasAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
    list.replaceChildren(...messages.map(line));
    if (wasAtEnd) list.scrollTop = list.scrollHeight;

    const last = messages.at(-1);
    const now = Date.now();
    const typing = [...typists].filter(([, until]) => until > now).map(([userId]) => nameOf(userId));
    const readers = [...reads]
      .filter(([, messageId]) => last && messageId >= last.id)
      .map(([userId]) => nameOf(userId));
    if (typing.length > 0) note.textContent = `${typing.join(', ')} ${typing.length > 1 ? 'are' : 'is'} typing …`;
    else note.textContent = readers.length > 0 ? `Read by ${readers.join(', ')}` : '';
    active.textContent = [...present].map(nameOf).sort().join(', ');

    // Who looks at the page reads what it shows.
    if (last && last.id > marked && last.senderUserId !== person.sub && live.state === 'open') {
      marked = last.id;
      live.request('markRead', { conversationId, messageId: last.id }).catch(() => {
        marked = '';
      });
    }
  };

  const line = (message: LiveMessage): HTMLElement => {
    const item = document.createElement('li');
    item.dataset['seq'] = String(message.seq);
    if (message.type === 'system') {
      item.className = 'system';
      item.textContent = message.text;
      return item;
    }
    item.className = message.senderUserId === person.sub ? 'own' : 'other';
    const [who, what, when] = ['b', 'p', 'time'].map((tag) => document.createElement(tag));
    if (who) who.textContent = nameOf(message.senderUserId);
    if (what) what.textContent = message.text ?? 'deleted';
    if (when) when.textContent = new Date(message.createdAt).toLocaleTimeString();
    item.append(...[who, what, when].filter((part) => part !== undefined));
    return item;
  };

  const meet = (users: readonly { id: string; name: string | null }[]) => {
    for (const { id, name } of users) if (name !== null) names.set(id, name);
  };

  const hear = (event: LiveEvent) => {
    switch (event.event) {
      case 'session.welcome':
        present.clear();
        meet([event.data.user, ...event.data.activeUsers]);
        for (const { id } of event.data.activeUsers) present.add(id);
        break;
      case 'user.connected':
        meet(event.data.users);
        for (const { id } of event.data.users) present.add(id);
        break;
      case 'user.disconnected':
        for (const { id } of event.data.users) present.delete(id);
        break;
      case 'typing':
        if (event.conversationId !== conversationId) return;
        typists.set(event.data.userId, event.data.typing ? Date.now() + TYPING_LASTS_MS : 0);
        setTimeout(show, TYPING_LASTS_MS + 50);
        break;
      case 'message.created':
        typists.delete(event.data.message.senderUserId ?? '');
        break;
      case 'conversation.read':
        if (event.conversationId !== conversationId || event.data.read.userId === person.sub) return;
        reads.set(event.data.read.userId, event.data.read.lastReadMessageId ?? '');
        break;
      default:
        return;
    }
    show();
  };

  live.on({
    event: hear,
    state: (next) => {
      state.textContent = next;
      section.dataset['state'] = next;
    },
  });

  let typingTold = 0;
  text.addEventListener('input', () => {
    if (Date.now() < typingTold + TYPING_EVERY_MS || live.state !== 'open') return;
    typingTold = Date.now();
    live.request('typing', { conversationId, typing: true }).catch(() => {});
  });

  form.addEventListener('submit', async (submitted) => {
    submitted.preventDefault();
    const written = text.value;
    if (written.trim() === '') return;
    text.value = '';
    typingTold = 0;
    const data = { conversationId, text: written, clientMessageId: crypto.randomUUID() };
    await live.insist('sendMessage', data).catch((error: Error) => {
      note.textContent = error.message;
    });
  });
}
