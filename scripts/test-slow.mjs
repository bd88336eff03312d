/**
 * `npm run test:slow`: what takes minutes. Everything is run, and each part has a line of totals at the end.
 *
 * SIGNAL_LAB_SOAK scales the long run of the app (12: an hour), SIGNAL_LAB_RECORD=1 keeps figures in bench/results,
 * SIGNAL_LAB_PYTHON names a Python with PyTorch, ONNX and SciPy for what is compared with other programs.
 */
import { testRun } from './test-parts.mjs'

const { vitest, playwright, finish } = testRun({ goesOn: true })

vitest('what takes minutes', ['--project', 'slow', '--maxWorkers=1'])
vitest('unit tests on a machine on which everything comes late', ['--project', 'node', '--project', 'renderer'], {
  SIGNAL_LAB_LATE: '1'
})
playwright('the built app for long', ['--slow'])
finish()
