import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { socketOwner } from '../../core/domain/socket.ts';
import { openSocket } from '../../core/operations/open-socket.ts';
import { readSockets, removeSocket } from '../../core/store/sockets.ts';
import { userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

test('a user has so many sockets and no more; one that is counted may be counted again, and one that goes makes room', async () => {
  const table = await openTable();
  const deps = depsOf(table, () => 0);
  const ann = userOf('acme');
  const open = (at: number) => openSocket(deps, ann, { connectionId: `${at}=`, connectedAt: at, tokenEnds: 1_000 });
  for (let at = 0; at < limits.sockets; at += 1) await open(at);
  await expect(open(limits.sockets)).rejects.toMatchObject({ code: 'rate_limited' });
  await open(3);
  const [sockets = []] = await readSockets(table, [socketOwner(ann)], { consistent: true });
  expect(sockets).toHaveLength(limits.sockets);
  await removeSocket(table, socketOwner(ann), '7=');
  await open(limits.sockets);
  await expect(open(7)).rejects.toMatchObject({ code: 'rate_limited' });
});
