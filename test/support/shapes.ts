import { expect } from 'vitest';

/** What stands for any time, or any id, as answers carry them. */
export const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** A request that was refused because of what stands at these places, and wrote nothing. */
export const invalid = (...paths: string[]) => ({
  status: 400,
  written: 0,
  body: {
    error: 'validation_failed',
    message: 'Validation failed',
    details: paths.map((path) => ({ path, message: expect.stringMatching(/^[a-z]/) })),
    requestId: expect.any(String),
  },
});
