/**
 * `import script from './program?thread'`: a module with all that it imports as one script, for `new Worker(script, { eval: true })`.
 * The text is part of what imports it, so a thread needs no path of its own: not from tests, not from a bundle, not from an
 * archive.
 */
import { build } from 'vite'

const mark = '?thread'

/** @returns {import('vite').Plugin} */
export function threadScripts() {
  return {
    name: 'signal-lab:thread-scripts',
    async load(id) {
      if (!id.endsWith(mark)) return undefined
      const { output } = await build({
        configFile: false,
        logLevel: 'error',
        build: {
          ssr: id.slice(0, -mark.length),
          write: false,
          target: 'node16',
          rollupOptions: { output: { format: 'cjs' } }
        }
      })
      this.addWatchFile(id.slice(0, -mark.length))
      return `export default ${JSON.stringify(output[0].code)}`
    }
  }
}
