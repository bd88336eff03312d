/** The command line as one built program, for tests that start it as a process. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { threadScripts } from '../../scripts/thread-scripts.mjs'

const root = join(__dirname, '../..')

/** Builds siglab.cjs in a folder; `version` makes it a program of another version. */
export async function buildCommandLine(outDir: string, { version }: { version?: string } = {}): Promise<string> {
  const manifest = join(root, 'package.json')
  await build({
    ...{ configFile: false, logLevel: 'error', root },
    plugins: [
      threadScripts(),
      {
        name: 'version',
        enforce: 'pre',
        load: (id) =>
          version !== undefined && id === manifest
            ? JSON.stringify({ ...(JSON.parse(readFileSync(manifest, 'utf8')) as object), version })
            : undefined
      }
    ],
    build: {
      ...{ ssr: join(__dirname, 'index.ts'), outDir, target: 'node16', emptyOutDir: true },
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'siglab.cjs', chunkFileNames: '[name]-[hash].cjs' } }
    }
  })
  return join(outDir, 'siglab.cjs')
}

/** Where the compiled kernels are, for a program that lies elsewhere. */
export const kernelsEnvironment = {
  SIGNAL_LAB_KERNELS: join(root, 'src/ml/native/build/signal_lab_kernels.node')
}
