import { defineConfig } from '@playwright/test'
import { chromiumLaunch } from './test/helpers/chromium.ts'

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // One desktop or browser at a time: on a small machine parallel ones measure each other.
  workers: 1,
  retries: 0,
  // Electron takes up to ten seconds to its first window on a loaded two-core machine.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: 'list',
  projects: [
    { name: 'electron', testMatch: '**/*.electron.spec.ts' },
    { name: 'pictures', testMatch: '**/*.pictures.ts' },
    { name: 'chromium', testMatch: '**/*.chromium.spec.ts', use: { launchOptions: chromiumLaunch() } },
  ],
})
