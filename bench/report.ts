import { quantile } from '../replay/quantile.ts';
import type { LiveFigures } from './live.ts';
import type { OwnCode } from './own-code.ts';
import { textTable } from './text-table.ts';

/** Bytes of a bundle: what a test holds, and what we aim at. */
const BUNDLE_LIMIT = 300_000;
const BUNDLE_AIM = 240_000;

/** One function's bundle. */
export interface BundleFigures {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds, one for each fresh process. */
  readonly importMs: readonly number[];
}

/** All that the bench measures. Times in milliseconds. */
export interface Figures {
  readonly machine: string;
  readonly bundles: readonly BundleFigures[];
  readonly ownCode: readonly OwnCode[];
  readonly buildMs: number;
  readonly startUpMs: number;
  readonly live: LiveFigures;
}

/** The figures for people to read. */
export const report = ({ machine, bundles, ownCode, buildMs, startUpMs, live }: Figures): string =>
  [
    machine,
    '',
    textTable(['function', 'KB', 'import ms', 'from', 'to', ''], bundles.map(bundleRow)),
    '',
    textTable(
      ['request', 'own ms p50', 'p99', 'in all p50', 'p99', 'trips', 'read units', 'write units'],
      ownCode.map(({ name, own, total, trips, readUnits, writeUnits }) => [
        name,
        own.p50.toFixed(2),
        own.p99.toFixed(2),
        total.p50.toFixed(2),
        total.p99.toFixed(2),
        String(trips),
        String(readUnits),
        String(writeUnits),
      ]),
    ),
    '',
    textTable(
      ['command', 'seconds'],
      [
        ['bundling and synthesis', seconds(buildMs)],
        ['npm start until ready', seconds(startUpMs)],
      ],
    ),
    '',
    textTable(
      ['live, behind it', 'sockets', 'heard ms p50', 'p99', 'acknowledged ms p50', 'p99'],
      live.delays.map(({ behind, sockets, heard, acknowledged }) => [
        behind,
        String(sockets),
        ...[heard.p50, heard.p99, acknowledged.p50, acknowledged.p99].map((ms) => ms.toFixed(0)),
      ]),
    ),
    '',
    textTable(
      ['one conversation, behind it', 'senders', 'messages a second', 'a send, ms', 'of it at the table'],
      live.rates.map(({ behind, senders, perSecond, sendMs, tableMs }) => [
        behind,
        String(senders),
        perSecond.toFixed(1),
        sendMs.toFixed(0),
        tableMs.toFixed(0),
      ]),
    ),
    '',
  ].join('\n');

const bundleRow = ({ name, bytes, importMs }: BundleFigures): string[] => [
  name,
  (bytes / 1_000).toFixed(0),
  ...[quantile(importMs, 0.5), Math.min(...importMs), Math.max(...importMs)].map((ms) => ms.toFixed(0)),
  bytes > BUNDLE_LIMIT ? 'over the limit of 300' : bytes > BUNDLE_AIM ? 'over the aim of 240' : '',
];

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
