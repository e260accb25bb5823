/**
 * Follows a list to its end.
 * @param next gives the page at a cursor
 * @param meanwhile runs after each page; it is told which that was: 0, 1, 2 …
 * @returns all that the pages held, in their order
 */
export async function follow<Each>(
  next: (cursor: string | undefined) => Promise<{ items: readonly Each[]; next: string | undefined }>,
  meanwhile: (page: number) => Promise<unknown> = async () => {},
): Promise<Each[]> {
  const found: Each[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await next(cursor);
    found.push(...page.items);
    cursor = page.next;
    await meanwhile(pages);
    pages += 1;
  } while (cursor !== undefined);
  return found;
}
