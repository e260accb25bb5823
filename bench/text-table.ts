/**
 * Rows as lines of text, the first column aligned to the left and the others to the right.
 * @param head the names of the columns
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const [first = '', ...others] = lines;
  return [
    first,
    widths
      .map((width) => '─'.repeat(width))
      .join('  ')
      .trimEnd(),
    ...others,
  ].join('\n');
}
