import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fittingPage } from '../../core/domain/page-size.ts';

/** What items count for, one by one: their bytes, or their share of what there is room for once they are escaped. */
const carried = (items: readonly unknown[]) =>
  items.reduce<number>((bytes, item) => {
    const json = JSON.stringify(item);
    const escaped = Buffer.byteLength(JSON.stringify(json));
    return bytes + Math.max(Buffer.byteLength(json) + 1, (escaped * 4 * 1024 * 1024) / 5_000_000);
  }, 0);

test('a page holds the first items, as many as fit into one answer, and always one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: 'binary' }), list: fc.array(fc.string()) })),
      fc.nat(300),
      (items, most) => {
        const page = fittingPage(items, most);
        expect(page).toEqual(items.slice(0, page.length));
        expect(page.length).toBeGreaterThanOrEqual(Math.min(1, items.length));
        if (page.length > 1) expect(carried(page)).toBeLessThanOrEqual(most);
        if (page.length < items.length) expect(carried(items.slice(0, page.length + 1))).toBeGreaterThan(most);
      },
    ),
  );
});

test('a page takes all that an answer has room for, to the last byte', () => {
  const items = ['one', 'two', 'three'];
  const most = carried(items.slice(0, 2));
  expect(fittingPage(items, most)).toEqual(['one', 'two']);
  expect(fittingPage(items, most - 1)).toEqual(['one']);
});
