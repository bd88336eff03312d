/** Tests of the whole app: one at a time, each with a user folder of its own. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  // What takes minutes: `npm run test:slow`.
  testIgnore: process.env.SIGNAL_LAB_SLOW ? [] : ['**/*.slow.spec.ts'],
  workers: 1,
  // A machine that is busy with others makes no test fail by itself; what passes only then is listed as flaky.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  snapshotPathTemplate: '{testDir}/golden/{arg}{ext}',
  outputDir: 'test-results'
})
