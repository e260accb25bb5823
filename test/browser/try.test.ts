import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';

/** Debian's package; `CHROMIUM` names another one. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);
if (!isThere) process.stderr.write(`no Chromium at ${executablePath}: the page to try is not tried\n`);

const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

let cloud: Cloud;
let browser: Browser;
beforeAll(async () => {
  if (!isThere) return;
  cloud = await startCloud({ assembly: inject('assembly'), world: true, log: () => {} });
  browser = await chromium.launch({ executablePath, args: flags.split(' ') });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.close();
});

/** Opens the page in a window of its own, once both panes are live. */
async function openWindow(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${cloud.url}/try`);
  for (const name of ['Ada', 'Bea']) await pane(page, name).and(page.locator('[data-state=open]')).waitFor();
  return page;
}

const pane = (page: Page, name: string) => page.locator(`.pane[data-person=${name}]`);
const message = (page: Page, name: string, text: string) => pane(page, name).locator('.messages li', { hasText: text });

async function write(page: Page, name: string, text: string): Promise<void> {
  await pane(page, name).locator('.text').fill(text);
  await pane(page, name).locator('.text').press('Enter');
}

test.skipIf(!isThere)(
  'in two windows of a real browser people chat, see each other, and a reload fills the gap',
  async () => {
    const [first, second] = [await openWindow(), await openWindow()];

    await write(first, 'Ada', 'Hello, Bea');
    await message(second, 'Bea', 'Hello, Bea').waitFor();
    expect(await message(second, 'Bea', 'Hello, Bea').getAttribute('class')).toBe('other');
    expect(await message(first, 'Ada', 'Hello, Bea').getAttribute('class')).toBe('own');
    await pane(first, 'Ada').locator('.note', { hasText: 'Read by Bea' }).waitFor();

    await pane(second, 'Bea').locator('.text').pressSequentially('Hi');
    await pane(first, 'Ada').locator('.note', { hasText: 'Bea is typing' }).waitFor();
    await pane(second, 'Bea').locator('.text').press('Enter');
    await message(first, 'Ada', 'Hi').last().waitFor();
    expect((await pane(first, 'Ada').locator('.active').textContent())?.split(', ')).toEqual(['Ada', 'Bea']);

    await second.goto('about:blank');
    await write(first, 'Ada', 'Are you there?');
    await message(first, 'Ada', 'Are you there?').waitFor();
    await second.goto(`${cloud.url}/try`);
    await message(second, 'Bea', 'Are you there?').waitFor();
    const seqs = await pane(second, 'Bea')
      .locator('.messages li')
      .evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-seq'))));
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  },
  60_000,
);
