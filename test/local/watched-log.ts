import type { LogLine } from '../../local/lambda/environment.ts';

/** What functions log, and who waits for something there. */
export function watchedLog() {
  const lines: string[] = [];
  const looks = new Set<() => void>();
  return {
    lines,
    log: ({ text }: LogLine): void => {
      lines.push(text);
      for (const look of looks) look();
    },
    /** The first line that holds all of `parts`, as soon as there is one. */
    line: (...parts: string[]): Promise<string> =>
      new Promise((resolve) => {
        const look = () => {
          const found = lines.find((line) => parts.every((part) => line.includes(part)));
          if (found === undefined) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
  };
}
