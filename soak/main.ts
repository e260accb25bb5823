import { parseArgs } from 'node:util';
import { startCloud } from '../local/cloud.ts';
import { makeTrouble } from './faults.ts';
import { shortPlan, wholePlan } from './plan.ts';
import { seeded } from './random.ts';
import { type Soaked, soak } from './soak.ts';

const usage = `Plays minutes of chat through the laptop's cloud while everything fails that can: sockets vanish, posts are refused
or never answered, functions die, the stream repeats itself. Then compares what each device has seen with what is stored.

  npm run soak [-- --short] [--seed NUMBER]
`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', default: false },
  },
});
async function run(seed: number, short: boolean): Promise<number> {
  const random = seeded(seed);
  const plan = short ? shortPlan : wholePlan;
  const trouble = makeTrouble(plan, random);
  process.stdout.write(
    `${plan.sockets} sockets of ${plan.users} users in ${plan.conversations} conversations, seed ${seed}\n`,
  );
  const begin = performance.now();
  const cloud = await startCloud({ faults: trouble, log: () => {}, limits: { environments: 4 } });
  try {
    const progress = (text: string) => process.stdout.write(`${seconds(begin)} s: ${text}\n`);
    const soaked = await soak(cloud, trouble, plan, random, progress);
    process.stdout.write(`${report(soaked, seconds(begin)).join('\n')}\n`);
    return soaked.faults.length === 0 ? 0 : 1;
  } finally {
    await cloud.close();
  }
}

const seconds = (begin: number): number => Math.round((performance.now() - begin) / 1_000);

const report = ({ trouble, faults, ...figures }: Soaked, seconds: number): string[] => [
  ...Object.entries({ ...figures, seconds }).map(([name, value]) => `${name.padEnd(14)}${value}`),
  `trouble       ${[...trouble].map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
  ...(faults.length === 0 ? ['all as it must be'] : [`${faults.length} faults:`, ...faults.slice(0, 20)]),
];

if (values.help) process.stdout.write(usage);
else process.exitCode = await run(Number(values.seed), values.short);
