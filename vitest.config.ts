import { defineConfig } from 'vitest/config'

// Tests run on sources: every workspace package resolves through this export condition, so nothing is built first.
const conditions = ['@heddle/source']

export default defineConfig({
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: {
    resolve: {
      conditions: [...conditions, 'module', 'node', 'development|production'],
      externalConditions: [...conditions, 'node', 'module-sync'],
    },
  },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'bench/test/**/*.test.ts',
      'faults/test/**/*.test.ts',
      'scripts/test/**/*.test.ts',
    ],
    execArgv: conditions.map((condition) => `--conditions=${condition}`),
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A test that passes only at its second try hides a race.
    retry: 0,
  },
})
