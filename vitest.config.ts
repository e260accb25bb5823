import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/assembly.ts'],
    // No test is about speed: these end what would never end, on the slowest machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Tests wait for the engine about as long as they compute.
    maxWorkers: '100%',
    env: { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  },
});
