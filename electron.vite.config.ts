/** How the three targets are built. The old fallback runtime sets the floor: Node 16 and Chrome 108. */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { threadScripts } from './scripts/thread-scripts.mjs'

const source = (path: string) => resolve(import.meta.dirname, 'src', path)

export default defineConfig({
  main: {
    plugins: [threadScripts()],
    build: {
      target: 'node16',
      outDir: 'out/main',
      externalizeDeps: { exclude: ['valibot', 'fflate'] },
      rollupOptions: {
        checks: { pluginTimings: false },
        // One build for every Node entry: the app, the ML process that it forks, and the command line.
        input: {
          index: source('main/index.ts'),
          'ml-process': source('ml/process.ts'),
          siglab: source('cli/index.ts')
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  },
  preload: {
    build: {
      target: 'node16',
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: source('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].js' }
      }
    }
  },
  renderer: {
    root: source('renderer'),
    plugins: [svelte()],
    build: {
      target: 'chrome108',
      cssTarget: 'chrome108',
      outDir: resolve(import.meta.dirname, 'out/renderer'),
      assetsInlineLimit: 0,
      rollupOptions: { checks: { pluginTimings: false }, input: { index: source('renderer/index.html') } }
    }
  }
})
