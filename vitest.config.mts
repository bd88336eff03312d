import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { threadScripts } from './scripts/thread-scripts.mjs'

// A test that passes only at a second try is named in the totals of `npm test`.
const retry = 1
const setupFiles = process.env.SIGNAL_LAB_LATE ? ['scripts/late-machine.mjs'] : []

export default defineConfig({
  test: {
    // Both of two cores, where Vitest would keep one free: half the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The kernels are compiled anew where their sources changed since: nothing is tested on an addon of yesterday.
    globalSetup: 'scripts/setup/native-for-tests.mjs',
    projects: [
      {
        plugins: [threadScripts()],
        test: {
          name: 'node',
          retry,
          setupFiles,
          include: ['src/{core,contract,ml,main,cli}/**/*.test.ts', 'scripts/**/*.test.mjs'],
          exclude: ['**/*.slow.test.{ts,mjs}'],
          environment: 'node',
          pool: 'forks',
          testTimeout: 60_000
        }
      },
      {
        // What takes minutes: sanitizers, large shapes, the installed package. `npm run test:slow`.
        plugins: [threadScripts()],
        test: {
          name: 'slow',
          include: ['src/**/*.slow.test.ts', 'scripts/**/*.slow.test.mjs'],
          environment: 'node',
          pool: 'forks',
          testTimeout: 900_000
        }
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          retry,
          setupFiles,
          include: ['src/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          testTimeout: 60_000
        }
      }
    ]
  }
})
