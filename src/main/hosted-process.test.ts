import { afterEach, expect, test, vi } from 'vitest'
import { hostedEnvironment } from './hosted-process'

vi.mock('electron', () => ({ app: { isPackaged: false, getAppPath: () => '/app' }, utilityProcess: {} }))
afterEach(() => vi.unstubAllEnvs())

test('the laboratory gets a short list of variables, and none that changes TensorFlow, Node or the linker', () => {
  const hostile = [
    ...[
      'NODE_OPTIONS',
      'ELECTRON_RUN_AS_NODE',
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'LD_AUDIT',
      'PYTHONPATH',
      'TF_XLA_FLAGS',
      'TF_ENABLE_ONEDNN_OPTS'
    ],
    ...[
      'TF_CPP_MAX_VLOG_LEVEL',
      'TF_FORCE_UNIFIED_MEMORY',
      'OMP_NUM_THREADS',
      'GLIBC_TUNABLES',
      'AWS_SECRET_ACCESS_KEY'
    ]
  ]
  for (const name of hostile) vi.stubEnv(name, 'hostile')
  vi.stubEnv('HOME', '/home/ada')
  const env = hostedEnvironment('lab', { resources: '/r', userData: '/u' })
  expect(Object.values(env)).not.toContain('hostile')
  expect(env).toMatchObject({ HOME: '/home/ada', SIGNAL_LAB_RESOURCES: '/r', SIGNAL_LAB_USER_DATA: '/u' })
  expect(env.TF_CPP_MIN_LOG_LEVEL).toBe('2')
})

test('the training process is told which program its trials are, and where a display is', () => {
  vi.stubEnv('DISPLAY', ':7')
  const env = hostedEnvironment('training', { resources: '/r', userData: '/u' })
  expect(env).toMatchObject({ SIGNAL_LAB_PROGRAM: process.execPath, SIGNAL_LAB_APP: '/app', DISPLAY: ':7' })
  expect(hostedEnvironment('lab', { resources: '/r', userData: '/u' })).not.toHaveProperty('DISPLAY')
})
