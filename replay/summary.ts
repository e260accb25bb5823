import { quantile } from './quantile.ts';
import type { Replayed } from './replay.ts';
import type { Script, Step } from './script.ts';

const FINDINGS_SHOWN = 10;

/** What became of a replay, as lines of text: each log, the figures, and what reading back has shown. */
export function summary(replayed: Replayed): string[] {
  const { organization, conversations, sendMs, playMs, repeats, unreadCounts } = replayed;
  const users = new Set(conversations.flatMap(({ log }) => log.nicks)).size;
  const perSecond = Math.round(sendMs.length / (playMs / 1_000));
  const all = conversations.map(({ script }) => script);
  return [
    ...conversations.map(
      ({ log, script, conversationId, answered, links, droppedLinks }) =>
        `${log.name}: conversation ${conversationId}, ${answered.length} messages, ${log.nicks.length} users, ` +
        `${links} links (${droppedLinks} dropped), ${count([script], 'join')} joins, ${count([script], 'leave')} leaves ` +
        `(${script.passedOver} passed over), ${count([script], 'read')} reads`,
    ),
    '',
    `organization  ${organization}`,
    `messages      ${sendMs.length}`,
    `users         ${users}`,
    `joins         ${count(all, 'join')}`,
    `leaves        ${count(all, 'leave')}`,
    `passed over   ${all.reduce((sum, { passedOver }) => sum + passedOver, 0)} joins and leaves that could not be`,
    `reads         ${count(all, 'read')}`,
    `time          ${(playMs / 1_000).toFixed(1)} s, ${perSecond} messages a second among all that`,
    `one send      ${quantile(sendMs, 0.5).toFixed(1)} ms (p50), ${quantile(sendMs, 0.99).toFixed(1)} ms (p99)`,
    `sent again    ${repeats} requests, as the API asked`,
    `compared      ${unreadCounts} unread counts`,
    '',
    ...verdict(replayed),
  ];
}

const count = (scripts: readonly Script[], wanted: Step['act']): number =>
  scripts.flatMap(({ steps }) => steps).filter(({ act }) => act === wanted).length;

function verdict({ findings }: Replayed): string[] {
  if (findings.length === 0) {
    return [
      'Read back: messages, newest first and oldest first, participants and unread counts are as they should be.',
    ];
  }
  const shown = findings
    .slice(0, FINDINGS_SHOWN)
    .map(({ log, reading, message }) => `  ${log}, ${reading}: ${message}`);
  const more = findings.length - shown.length;
  return [`Read back: ${findings.length} differences`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
