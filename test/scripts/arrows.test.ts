import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { againstTheArrows } from '../../scripts/arrows.ts';

function violationsIn(file: string, source: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'parley-arrows-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), source);
  return againstTheArrows(root).violations;
}

test.each([
  ['core/domain/message.ts', "import { readItem } from '../store/table.ts';"],
  ['core/domain/message.ts', "import type { Table } from '../store/table.ts';"],
  ['core/domain/message.ts', "import { readFile } from 'node:fs/promises';"],
  ['core/contract/route.ts', "import type { Conversation } from '../domain/conversation.ts';"],
  ['core/operations/send.ts', "import {\n  PutCommand,\n} from '@aws-sdk/lib-dynamodb';"],
  ['core/operations/send.ts', "export { native } from '../dialects/native/codec.ts';"],
  ['functions/http/send.ts', "import { readItem } from '../../core/store/table.ts';"],
  ['infra/app.ts', "const table = await import('../core/store/keys.ts');"],
  ['infra/app.ts', "import '../core/store/keys.ts';"],
])('%s must not say %s', (file, source) => {
  expect(violationsIn(file, source)).toHaveLength(1);
});

test.each([
  ['core/store/table.ts', "import { unavailable } from '../domain/errors.ts';"],
  ['core/domain/message.ts', "import { limits } from '../contract/limits.ts';\nimport { v5 } from 'uuid';"],
  ['functions/http/send.ts', "import { send } from '../../core/operations/send.ts';\nimport x from './x.ts';"],
])('%s may say %s', (file, source) => {
  expect(violationsIn(file, source)).toEqual([]);
});
