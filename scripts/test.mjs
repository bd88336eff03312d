/**
 * Everything that must hold before a change lands: format, lint and types, unit tests on both kernel paths, the built
 * app in the real Electron. Stops at the first part that fails and ends with one line of totals.
 */
import { testRun } from './test-parts.mjs'

const { part, vitest, playwright, finish } = testRun({ goesOn: false })

part('format, lint and types', ['npm', 'run', '-s', 'check'])
vitest('unit tests', ['--project', 'node', '--project', 'renderer'])
// What computes; reading files, exporting and keeping runs is the same on any kernels.
const computing = [
  'architectures',
  'bode',
  'duel',
  'inference',
  'kernels',
  'lab.test',
  'network',
  'studies',
  'training'
]
vitest(
  "kernels and training on TensorFlow's own operations",
  ['--project', 'node', '--exclude', 'src/ml/studies/queue/**', ...computing.map((name) => `src/ml/${name}`)],
  { SIGNAL_LAB_KERNELS: 'off' }
)
playwright('the built app in the real Electron')
finish()
