import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/architecture/**/*.test.ts'] },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real daemons and process trees on a small machine: one file at a time keeps their timing honest.
          fileParallelism: false,
        },
      },
    ],
  },
})
