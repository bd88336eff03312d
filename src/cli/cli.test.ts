import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../package.json'
import { generatorPresetNames, generatorPresets } from '../core/signal/generator-presets'
import { generateMix } from '../core/signal/synth'
import { presets } from '../core/signal/presets'
import { encodeWav } from '../core/signal/wav'
import { readSignalFile } from '../ml/signals/read-signal-file'
import { siglab, siglabJson } from './run.testing'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siglab-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

const mixOptions = [
  '--frequencies',
  '1,3,5,7',
  '--sample-rate',
  '1000',
  '--duration',
  '2',
  '--noise',
  '0.3',
  '--seed',
  '7'
]

describe('usage', () => {
  test.each([
    'info',
    'generate',
    'convert',
    'models',
    'filter',
    'architectures',
    'train',
    'runs',
    'study',
    'search',
    'worker',
    'trial',
    'evaluate',
    'duel',
    'bode',
    'export',
    'import',
    'verify',
    'demo',
    'doctor'
  ])('%s --help shows its options and is listed in the overview', async (name) => {
    const { code, out, err } = await siglab(name, '--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^Usage: siglab ${name} `))
    expect(out).toContain('--json')
    expect((await siglab('--help')).out).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test('a value below zero needs no equals sign', async () => {
    const { code, err } = await siglab('duel', '--snr', '-500', '--model', 'seed-reference')
    expect({ code, err }).toEqual({
      code: 2,
      err: 'siglab duel: --snr: expected a number from -60 to 100. Received: -500 (siglab duel --help)\n'
    })
  })

  test('no command shows the overview and is wrong use; --help is right use', async () => {
    expect((await siglab()).code).toBe(2)
    expect((await siglab('--help')).code).toBe(0)
    expect((await siglab()).out).toBe((await siglab('--help')).out)
  })

  test('--version prints the version of the package', async () => {
    expect(await siglab('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test.each([
    { args: ['sing'], sentence: 'siglab: there is no command "sing"; siglab --help lists them.' },
    { args: ['toString'], sentence: 'siglab: there is no command "toString"; siglab --help lists them.' },
    { args: ['info', 'a.wav', '--loud'], sentence: "siglab info: Unknown option '--loud' (siglab info --help)" },
    { args: ['info'], sentence: 'siglab info: Expected FILE. Received: none (siglab info --help)' },
    {
      args: ['convert', 'a.wav'],
      sentence: 'siglab convert: Expected IN OUT. Received: a.wav (siglab convert --help)'
    },
    { args: ['generate'], sentence: 'siglab generate: --out is needed (siglab generate --help)' },
    {
      args: ['generate', '--out', 'a.wav'],
      sentence: 'siglab generate: --frequencies or --preset is needed (siglab generate --help)'
    },
    {
      args: ['generate', '--out', 'a.wav', '--frequencies', '1,x'],
      sentence:
        'siglab generate: --frequencies: expected a number from 0.000001 to 10000000. Received: x (siglab generate --help)'
    },
    {
      args: ['generate', '--out', 'a.wav', '--preset', 'tree'],
      sentence: `siglab generate: --preset: expected one of ${generatorPresetNames.join(', ')}. Received: tree (siglab generate --help)`
    },
    {
      args: ['generate', '--out', 'a.wav', '--truth', './a.wav', '--frequencies', '1'],
      sentence: 'siglab generate: --truth: expected another file than --out. Received: ./a.wav (siglab generate --help)'
    }
  ])('$args is wrong use: exit code 2 and one sentence', async ({ args, sentence }) => {
    expect(await siglab(...args)).toEqual({ code: 2, out: '', err: `${sentence}\n` })
  })
})

test('architectures lists each family with its figures at its defaults', async () => {
  const { out } = await siglab('architectures', '--json')
  const listed: unknown = JSON.parse(out)
  const lstm = { id: 'lstm', title: 'LSTM', family: 'recurrent', causal: true, receptiveFieldSamples: null }
  expect(listed).toContainEqual({ ...lstm, parameterCount: 201_345 })
  expect(listed).toContainEqual(expect.objectContaining({ id: 'bilstm', causal: false }))
  expect(listed).toContainEqual(expect.objectContaining({ id: 'tcn', receptiveFieldSamples: 125 }))
})

describe('errors', () => {
  test('a file that does not exist is exit code 1 and one sentence', async () => {
    const path = at('absent.wav')
    expect(await siglab('info', path)).toEqual({ code: 1, out: '', err: `siglab info: ${path} does not exist.\n` })
  })

  test('with --json an error is one object with its code and message', async () => {
    const path = at('absent.wav')
    expect(await siglabJson('info', path)).toEqual({
      code: 1,
      json: { error: { code: 'bad-input', message: `${path} does not exist.` } }
    })
    const { code, json } = await siglabJson('info', path, '--loud')
    expect({ code, json }).toMatchObject({ code: 2, json: { error: { code: 'bad-request' } } })
  })

  test('a name with another ending is refused and nothing is written', async () => {
    const { code, err } = await siglab('generate', ...mixOptions, '--out', at('mix.mp3'))
    expect(code).toBe(1)
    expect(err).toContain('expected a name that ends in .wav or .csv')
    await expect(readFile(at('mix.mp3'))).rejects.toThrow('ENOENT')
  })
})

describe('generate', () => {
  test('the mix and its truth are those of the recipe', async () => {
    const [out, truth] = [at('mix.wav'), at('truth.wav')]
    const { code, json } = await siglabJson('generate', ...mixOptions, '--out', out, '--truth', truth)
    const recipe = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, noise: 0.3, phase: 'random', seed: 7 } as const
    const expected = generateMix({ ...recipe, durationSeconds: 2 })
    const { amplitudes, phasesRadians } = expected
    expect(code).toBe(0)
    expect(json).toEqual({ ...recipe, durationSeconds: 2, out, truth, sampleCount: 2000, amplitudes, phasesRadians })
    const mix = (await readSignalFile(out)).signal
    expect(mix.sampleRate).toBe(1000)
    expect(mix.channels).toEqual([expected.mix])
    expect((await readSignalFile(truth)).signal.channels).toEqual(expected.tones)
  })

  test('channels of a CSV bear the names of the tones', async () => {
    const [out, truth] = [at('named.csv'), at('named-truth.csv')]
    await siglab('generate', ...mixOptions, '--out', out, '--truth', truth)
    expect((await readSignalFile(out)).signal.channelNames).toEqual(['mix'])
    expect((await readSignalFile(truth)).signal.channelNames).toEqual(['1 Hz', '3 Hz', '5 Hz', '7 Hz'])
  })

  test('the same seed gives the same file, another seed another', async () => {
    const bytes = async (name: string, seed: string) => {
      await siglab('generate', '--frequencies', '10', '--duration', '1', '--seed', seed, '--out', at(name))
      return readFile(at(name))
    }
    const first = await bytes('first.wav', '3')
    expect(first.equals(await bytes('second.wav', '3'))).toBe(true)
    expect(first.equals(await bytes('third.wav', '4'))).toBe(false)
  })

  test('a preset gives its jitter, and what is given replaces what it says', async () => {
    const out = at('preset.wav')
    const { json } = await siglabJson('generate', '--preset', 'seed', '--seed', '5', '--noise', '0.1', '--out', out)
    expect(json).toMatchObject({ sampleCount: 10_000, noise: 0.1, phase: 'fixed', truth: null })
    const { mix } = generateMix({ ...presets.seed, noise: 0.1, seed: 5 })
    expect((await readSignalFile(out)).signal.channels).toEqual([mix])
  })

  test('every part of a recipe can be given as an option', async () => {
    const out = at('parts.wav')
    const parts = [
      ...['--amplitudes', '1,0.5', '--phases', '90,0', '--am=2x0.5,-', '--fm=-,1x0.5', '--noise', '0'],
      ...['--amplitude-jitter', '0.1', '--phase-jitter', '0.02', '--pink', '0.2', '--brown', '0.1', '--clip', '1.2'],
      ...['--offset', '0.3', '--trend=-0.01', '--degradations', 'dropouts=0.1x0.05', '--noise-seed', '9']
    ]
    const { code } = await siglabJson('generate', '--frequencies', '5,9', ...parts, '--out', out)
    expect(code).toBe(0)
    const { mix } = generateMix({
      ...{ frequenciesHz: [5, 9], sampleRate: 1000, durationSeconds: 10, noise: 0, phase: 'random', seed: 1 },
      tones: [
        { amplitude: 1, phaseRadians: Math.PI / 2, am: { rateHz: 2, depth: 0.5 } },
        { amplitude: 0.5, phaseRadians: 0, fm: { rateHz: 1, deviationHz: 0.5 } }
      ],
      ...{ amplitudeJitter: 0.1, phaseJitter: 0.02, colours: { pink: 0.2, brown: 0.1 }, clipLevel: 1.2 },
      ...{ offset: 0.3, trendPerSecond: -0.01, noiseSeed: 9 },
      degradations: { dropouts: { share: 0.1, meanSeconds: 0.05 } }
    })
    expect((await readSignalFile(out)).signal.channels).toEqual([mix])
  })

  test('a preset of the generator keeps its parts, but for those that are given', async () => {
    const out = at('bench.wav')
    await siglab('generate', '--preset', 'bench', '--degradations', 'none', '--duration', '2', '--out', out)
    const { mix } = generateMix({ ...generatorPresets.bench.recipe, durationSeconds: 2, degradations: {}, seed: 1 })
    expect((await readSignalFile(out)).signal.channels).toEqual([mix])
  })

  test.each([
    [['--phases', '1,2,3'], '--phases: expected 2 values, one for each tone. Received: 3'],
    [['--am', '1,2'], '--am: expected two numbers as 2x0.5, or -. Received: 1'],
    [['--clip', '0'], '--clip: expected a number from 0.000001 to 1000000. Received: 0']
  ])('%j is used wrongly', async (args, sentence) => {
    const { code, err } = await siglab('generate', '--frequencies', '5,9', ...args, '--out', at('wrong.wav'))
    expect(code).toBe(2)
    expect(err).toContain(sentence)
  })

  test('a frequency from half the sample rate on is refused', async () => {
    for (const frequency of ['500', '700']) {
      const args = ['generate', '--frequencies', frequency, '--sample-rate', '1000', '--out', at('high.wav')]
      const { code, json } = await siglabJson(...args)
      const { error } = json as { error: { code: string; message: string } }
      expect({ code, error: error.code }).toEqual({ code: 1, error: 'bad-input' })
      expect(error.message).toContain(`below half the sample rate, 500 Hz. Received: ${frequency} Hz.`)
    }
  })
})

describe('info and convert', () => {
  test('WAV to CSV to WAV is the same file bit for bit', async () => {
    const [first, table, second] = [at('one.wav'), at('one.csv'), at('two.wav')]
    await siglab('generate', ...mixOptions, '--out', first, '--truth', at('unused.wav'))
    expect(await siglabJson('info', first)).toMatchObject({
      code: 0,
      json: {
        path: first,
        format: 'wav',
        sampleRate: 1000,
        channels: 1,
        sampleCount: 2000,
        durationSeconds: 2,
        warnings: []
      }
    })
    expect((await siglab('convert', first, table)).code).toBe(0)
    expect(await siglabJson('info', table)).toMatchObject({
      code: 0,
      json: { format: 'csv', sampleRate: 1000, channels: 1, sampleCount: 2000, durationSeconds: 2, warnings: [] }
    })
    expect(await siglabJson('convert', table, second)).toMatchObject({
      code: 0,
      json: { path: table, out: second, sampleRate: 1000, channels: 1, sampleCount: 2000 }
    })
    expect((await readFile(second)).equals(await readFile(first))).toBe(true)
  })

  test('another rate keeps the tone and the length in seconds', async () => {
    const [first, slow] = [at('fast.wav'), at('slow.wav')]
    await siglab(
      'generate',
      '--frequencies',
      '5',
      '--duration',
      '2',
      '--noise',
      '0',
      '--phase',
      'fixed',
      '--out',
      first
    )
    expect(await siglabJson('convert', first, slow, '--rate', '100')).toMatchObject({
      code: 0,
      json: { sampleRate: 100, sampleCount: 200 }
    })
    const [samples] = (await readSignalFile(slow)).signal.channels
    for (let n = 20; n < 180; n += 1) expect(samples[n]).toBeCloseTo(Math.sin((2 * Math.PI * 5 * n) / 100), 2)
    const refused = await siglabJson('convert', first, slow, '--rate', '1234.56789')
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'bad-input' } } })
  })

  test('several channels stay bit for bit too', async () => {
    const [first, table, second] = [at('tones.wav'), at('tones.csv'), at('tones-again.wav')]
    await siglab('generate', ...mixOptions, '--out', at('unused.wav'), '--truth', first)
    await siglab('convert', first, table)
    await siglab('convert', table, second)
    expect((await readFile(second)).equals(await readFile(first))).toBe(true)
  })

  test('the coding of a WAV file is kept, or the one asked for, and the copy is read back and compared', async () => {
    const [first, second] = [at('coded.wav'), at('coded-again.wav')]
    await siglab('generate', ...mixOptions, '--out', at('unused.wav'), '--truth', at('four.wav'))
    const { json } = await siglabJson('convert', at('four.wav'), first, '--encoding', '24', '--channels', '2,1')
    expect(json).toMatchObject({ outEncoding: '24-bit integer', channels: 2, roundTrip: { lost: 0 } })
    const { largestDifference } = json.roundTrip as { largestDifference: number }
    expect(largestDifference).toBeGreaterThan(0)
    const again = await siglabJson('convert', first, second)
    expect(again.json).toMatchObject({ outEncoding: '24-bit integer', roundTrip: { largestDifference: 0, clipped: 0 } })
    expect((await readFile(second)).equals(await readFile(first))).toBe(true)
    const { out } = await siglab('convert', first, at('mono.wav'), '--mono', '--encoding', '64f')
    expect(out).toContain('1 x 2000 samples at 1000 Hz, 64-bit float; round trip: 2,000 samples, largest difference 0')
  })

  test.each(['16', '24', '32', '64', 'alaw'])(
    'the coding %s is kept where channels are chosen, or strange samples replaced that there are none of',
    async (encoding) => {
      const [first, whole] = [at('whole.wav'), at('kept.wav')]
      await siglab('generate', ...mixOptions, '--out', at('unused.wav'), '--truth', at('four.wav'))
      const { outEncoding } = (await siglabJson('convert', at('four.wav'), first, '--encoding', encoding)).json
      const zero = await siglabJson('convert', first, whole, '--strange', 'zero')
      expect(zero.json).toMatchObject({ outEncoding, roundTrip: { largestDifference: 0, lost: 0 } })
      expect((await readFile(whole)).equals(await readFile(first))).toBe(true)
      for (const channels of ['2', '4,3,2,1', '3,2,1,4']) {
        const { json } = await siglabJson('convert', at('kept.wav'), at('chosen.wav'), '--channels', channels)
        expect(json).toMatchObject({ outEncoding, roundTrip: { largestDifference: 0 } })
      }
    }
  )

  test('a rate that WAV files are not read at leaves the file that was there', async () => {
    const [scope, target] = [at('scope.csv'), at('scope.wav')]
    await writeFile(scope, `time (s),u\n${Array.from({ length: 50 }, (_, n) => `${n}e-9,${n % 7}`).join('\n')}\n`)
    await siglab('generate', ...mixOptions, '--out', target)
    const before = await readFile(target)
    expect(await siglab('convert', scope, target)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Expected a sample rate of 1 to 10000000 Hz.* Received: 1000000000 Hz\. Write CSV/)
    })
    expect((await readFile(target)).equals(before)).toBe(true)
  })

  test('strange samples are refused at once where they are to be', async () => {
    const path = at('strange.wav')
    const channels = [Float32Array.of(1, NaN, 3, Infinity)]
    await writeFile(path, encodeWav({ sampleRate: 8, channels, channelNames: ['a'] }))
    const sentence = `${path}: 2 values are not finite numbers, the first one is sample 2 of channel 1. Choose to keep, zero, hold or interpolate such samples.\n`
    for (const [command, ...args] of [
      ['info', path],
      ['convert', path, at('refused.wav')]
    ]) {
      const { code, out, err } = await siglab(command, ...args, '--strange', 'refuse')
      expect({ code, out, err }).toEqual({ code: 1, out: '', err: `siglab ${command}: ${sentence}` })
    }
  })

  test('a table in the style of another country comes back bit for bit', async () => {
    const table = at('german.csv')
    await siglab('generate', ...mixOptions, '--out', at('german.wav'))
    const style = ['--out-delimiter', 'semicolon', '--out-decimal', 'comma']
    const { json } = await siglabJson('convert', at('german.wav'), table, ...style)
    expect(json).toMatchObject({ roundTrip: { largestDifference: 0 } })
    expect((await readFile(table, 'utf8')).split('\n')[4]).toMatch(/^0,001;-?\d+(,\d+)?$/)
  })

  test('how a file is read can be said, and why it is read so is told', async () => {
    const path = at('gap.csv')
    await writeFile(path, 't,u\n0,0\n1,1\n2,2\n5,5\n6,6\n')
    expect((await siglabJson('info', path)).json).toMatchObject({ sampleCount: 5, choices: { delimiter: ',' } })
    expect((await siglabJson('info', path, '--uneven', 'resample')).json).toMatchObject({ sampleCount: 7 })
    expect((await siglabJson('info', path, '--uneven', 'split', '--part', '2')).json).toMatchObject({ sampleCount: 2 })
    const refused = await siglab('info', path, '--uneven', 'refuse')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('gaps: 1, first in line 5') })
    expect((await siglab('info', path)).out).toMatch(/seen {6}It cuts 6 of 6 lines into 2 cells each\./)
    expect(await siglab('info', path, '--uneven', 'perhaps')).toMatchObject({ code: 2 })
    expect(await siglab('info', path, '--channels', '2')).toMatchObject({ code: 2 })
  })

  test('samples without a header are read as told', async () => {
    const path = at('samples.bin')
    await writeFile(path, Uint8Array.of(7, 0x40, 0, 0xc0, 0))
    const raw = ['--raw', 'int16', '--big-endian', '--offset', '1', '--sample-rate', '8']
    expect((await siglabJson('info', path, ...raw)).json).toMatchObject({
      format: 'raw',
      sampleCount: 2,
      sampleRate: 8
    })
    expect((await siglabJson('convert', path, at('samples.wav'), ...raw)).code).toBe(0)
    expect((await readSignalFile(at('samples.wav'))).signal.channels).toEqual([Float32Array.of(0.5, -0.5)])
    expect(await siglab('info', path, '--raw', 'int16')).toMatchObject({ code: 2 })
  })

  test('info for people names rate, channels and length', async () => {
    await siglab('generate', ...mixOptions, '--out', at('people.wav'))
    const { out } = await siglab('info', at('people.wav'))
    expect(out).toContain('1000 Hz')
    expect(out).toContain('2000 samples, 2 s')
  })

  test('warnings of the reader are in the object and, for people, in the text', async () => {
    const path = at('odd.csv')
    await writeFile(path, `a\n${Array.from({ length: 50 }, (_, n) => Math.sin(n)).join('\n')}\n`)
    const { json } = await siglabJson('info', path)
    const { out } = await siglab('info', path)
    for (const warning of json.warnings as string[]) expect(out).toContain(warning)
  })
})
