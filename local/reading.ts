import * as z from 'zod/mini';

/** How to parse where a person will read what is wrong: zod/mini speaks no language unless it is given one. */
export const inEnglish = { error: z.locales.en().localeError };

/** What is wrong, one line for each issue, with the path of each. */
export const problemsOf = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('\n');

/** The value of JSON text; undefined, which no schema takes, for what is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
