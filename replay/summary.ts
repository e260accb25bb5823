import { quantile } from './quantile.ts';
import type { Replayed } from './replay.ts';

const FINDINGS_SHOWN = 10;

/** What became of a replay, as lines of text: each log, the figures, and what reading back has shown. */
export function summary({ organization, conversations, sendMs, playMs, repeats, findings }: Replayed): string[] {
  const users = new Set(conversations.flatMap(({ log }) => log.nicks)).size;
  const perSecond = Math.round(sendMs.length / (playMs / 1_000));
  return [
    ...conversations.map(
      ({ log, conversationId, sent, links, droppedLinks }) =>
        `${log.name}: conversation ${conversationId}, ${sent.length} messages, ${log.nicks.length} users, ` +
        `${links} links (${droppedLinks} dropped), ${log.joinsAndLeaves} joins and leaves passed over`,
    ),
    '',
    `organization  ${organization}`,
    `messages      ${sendMs.length}`,
    `users         ${users}`,
    `time          ${(playMs / 1_000).toFixed(1)} s, ${perSecond} messages a second`,
    `one send      ${quantile(sendMs, 0.5).toFixed(1)} ms (p50), ${quantile(sendMs, 0.99).toFixed(1)} ms (p99)`,
    `sent again    ${repeats} requests, as the API asked`,
    '',
    ...verdict(findings),
  ];
}

function verdict(findings: Replayed['findings']): string[] {
  if (findings.length === 0) return ['Read back, newest first and oldest first: everything is as it was sent.'];
  const shown = findings
    .slice(0, FINDINGS_SHOWN)
    .map(({ log, reading, message }) => `  ${log}, ${reading}: ${message}`);
  const more = findings.length - shown.length;
  return [`Read back: ${findings.length} differences`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
