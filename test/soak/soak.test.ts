import { expect, inject, test } from 'vitest';
import { startCloud } from '../../local/cloud.ts';
import { makeTrouble } from '../../soak/faults.ts';
import { shortPlan } from '../../soak/plan.ts';
import { seeded } from '../../soak/random.ts';
import { soak } from '../../soak/soak.ts';

test('whatever fails, nothing acknowledged is lost, nobody hears what is not theirs, and presence is true', async () => {
  const random = seeded(20_261_120);
  const trouble = makeTrouble(shortPlan, random);
  const cloud = await startCloud({
    assembly: inject('assembly'),
    faults: trouble,
    limits: { environments: 4 },
    log: () => {},
  });
  try {
    const soaked = await soak(cloud, trouble, shortPlan, random);
    expect(soaked.faults).toEqual([]);
    expect(soaked.acknowledged).toBe(soaked.sent);
    expect(soaked.delivered).toBeGreaterThan(soaked.sent);
    expect(soaked.dropped).toBe(shortPlan.drops);
    expect([...soaked.trouble.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
  } finally {
    await cloud.close();
  }
}, 240_000);
