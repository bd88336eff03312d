import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import expected from '../../../fixtures/wav/expected.json'
import { Random } from '../random'
import { InputError, type Signal } from './signal'
import { decodeWav, encodeWav } from './wav'

const fixture = (name: string) => new Uint8Array(readFileSync(join(__dirname, '../../../fixtures/wav', `${name}.wav`)))

test.each(Object.entries(expected))(
  '%s reads as libsndfile or SciPy reads it',
  (name, { encoding, sampleRate, channels }) => {
    const read = decodeWav(fixture(name))
    expect(read.encoding).toBe(encoding)
    expect(read.signal.sampleRate).toBe(sampleRate)
    expect(read.signal.channels.map((samples) => [...samples])).toEqual(channels)
    expect(read.signal.channelNames).toHaveLength(channels.length)
    expect(read.warnings).toEqual([])
  }
)

const bytesOf = (...parts: (string | number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part])))
const short = (value: number) => [value & 255, (value >> 8) & 255]
const long = (value: number) => [...short(value), ...short(value >>> 16)]
const chunk = (name: string, payload: ArrayLike<number>, size = payload.length) =>
  bytesOf(name, long(size), Array.from(payload), payload.length % 2 ? [0] : [])
const riff = (...chunks: Uint8Array[]) => bytesOf('RIFF', long(0), 'WAVE', ...chunks)

interface Header {
  tag?: number
  channelCount?: number
  sampleRate?: number
  bits?: number
  blockBytes?: number
  byteRate?: number
}
const header = ({ tag = 1, channelCount = 1, sampleRate = 1000, bits = 16, ...given }: Header = {}) => {
  const { blockBytes = channelCount * Math.ceil(bits / 8), byteRate = sampleRate * blockBytes } = given
  return [
    ...short(tag),
    ...short(channelCount),
    ...long(sampleRate),
    ...long(byteRate),
    ...short(blockBytes),
    ...short(bits)
  ]
}
const fmt = (given?: Header) => chunk('fmt ', header(given))
const extensible = (given: Header & { validBits: number; subFormat?: number[] }) =>
  chunk('fmt ', [
    ...header({ ...given, tag: 0xfffe }),
    ...short(22),
    ...short(given.validBits),
    ...long(0),
    ...(given.subFormat ?? [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71])
  ])
const four = [0x00, 0x40, 0x00, 0xc0, 0xff, 0x7f, 0x00, 0x80]
const fourSamples = [0.5, -0.5, 32767 / 32768, -1]
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)
const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer)

const read = (bytes: Uint8Array) => {
  const { signal, warnings } = decodeWav(bytes)
  return { samples: signal.channels.map((channel) => [...channel]), warnings }
}

describe('chunks', () => {
  const list = chunk('LIST', [...Buffer.from('INFOISFT'), ...long(4), ...Buffer.from('abcd')])
  test.each([
    ['the plain order', riff(fmt(), chunk('data', four))],
    ['a list before', riff(list, fmt(), chunk('data', four))],
    ['a list behind', riff(fmt(), chunk('data', four), list)],
    ['an odd chunk with padding', riff(fmt(), chunk('junk', [1, 2, 3]), chunk('data', four))],
    ['an odd chunk without padding', riff(fmt(), chunk('junk', [1, 2, 3]).slice(0, -1), chunk('data', four))],
    ['an odd fmt chunk with padding', riff(chunk('fmt ', [...header(), 0]), chunk('data', four))],
    ['an odd fmt chunk without padding', riff(chunk('fmt ', [...header(), 0]).slice(0, -1), chunk('data', four))],
    ['junk behind', riff(fmt(), chunk('data', four), bytesOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]))],
    ['a torn chunk header behind', riff(fmt(), chunk('data', four), bytesOf('LIS'))],
    ['a wrong byte rate', riff(fmt({ byteRate: 7 }), chunk('data', four))]
  ])('%s reads without a word', (_, bytes) => {
    expect(read(bytes)).toEqual({ samples: [fourSamples], warnings: [] })
  })

  test.each([
    ['fmt behind data', riff(chunk('data', four), fmt()), 'stands after the samples'],
    ['two fmt chunks', riff(fmt(), fmt({ bits: 8 }), chunk('data', four)), '2 format chunks; the first'],
    ['two data chunks', riff(fmt(), chunk('data', four), chunk('data', [1, 2])), '2 data chunks; only the first'],
    ['data of size 0 with samples behind', riff(fmt(), chunk('data', four, 0)), 'announces no samples; 4 samples'],
    ['data of unknown size', riff(fmt(), chunk('data', four, 0xffffffff)), 'does not say how many'],
    [
      'data larger than the file',
      riff(fmt(), chunk('data', four, 4000)),
      'announces 4000 bytes of samples, the file has 8; 4'
    ],
    ['a torn last sample', riff(fmt(), chunk('data', [...four, 7])), 'cut off after 1 of 2 bytes'],
    ['a wrong block size', riff(fmt({ blockBytes: 17 }), chunk('data', four)), 'gives 17 bytes'],
    ['no block size', riff(fmt({ blockBytes: 0 }), chunk('data', four)), 'gives 0 bytes']
  ])('%s reads with one sentence', (_, bytes, sentence) => {
    const { samples, warnings } = read(bytes)
    expect(samples).toEqual([fourSamples])
    expect(warnings).toEqual([expect.stringContaining(sentence)])
  })

  test('the last moment of several channels is dropped as a whole', () => {
    const { samples, warnings } = read(riff(fmt({ channelCount: 2 }), chunk('data', four.slice(0, 7))))
    expect(samples).toEqual([[0.5], [-0.5]])
    expect(warnings).toEqual([expect.stringContaining('after 3 of 4 bytes')])
  })

  test('24 bits in 32 are believed if block size and byte rate agree', () => {
    const samples = [0, 0, 0, 0x40, 0, 0, 0, 0x80]
    const wide = { bits: 24, blockBytes: 4 }
    expect(read(riff(fmt(wide), chunk('data', samples)))).toEqual({ samples: [[0.5, -1]], warnings: [] })
    const { warnings } = read(riff(fmt({ ...wide, byteRate: 3000 }), chunk('data', samples.slice(0, 6))))
    expect(warnings).toEqual([expect.stringContaining('gives 4 bytes')])
  })

  test('valid bits that cannot be are replaced', () => {
    for (const validBits of [0, 24]) {
      const { samples, warnings } = read(riff(extensible({ validBits }), chunk('data', four)))
      expect(samples).toEqual([fourSamples])
      expect(warnings).toEqual([expect.stringContaining(`counts ${validBits} valid bits in samples of 16`)])
    }
  })

  const longRiff = (magic: string, size: number[]) =>
    bytesOf(
      magic,
      long(0xffffffff),
      'WAVE',
      chunk('ds64', [...long(0), ...long(0), ...size, ...long(0), ...long(0), ...long(0)])
    )

  test.each(['RF64', 'BW64'])('%s takes the size from ds64', (magic) => {
    const bytes = bytesOf(
      longRiff(magic, [...long(8), ...long(0)]),
      fmt(),
      chunk('data', four, 0xffffffff),
      chunk('junk', four)
    )
    expect(read(bytes)).toEqual({ samples: [fourSamples], warnings: [] })
  })

  test('RF64 without ds64, or with an absurd one, is read to the end', () => {
    const absurd = bytesOf(longRiff('RF64', [...long(0), ...long(0x80000000)]), fmt(), chunk('data', four, 0xffffffff))
    const without = bytesOf('RF64', long(0xffffffff), 'WAVE', fmt(), chunk('data', four, 0xffffffff))
    for (const bytes of [absurd, without]) {
      const { samples, warnings } = read(bytes)
      expect(samples).toEqual([fourSamples])
      expect(warnings).toEqual([expect.stringContaining('4 samples up to the end')])
    }
  })
})

describe('unusual values', () => {
  test('NaN and infinity are kept and counted', () => {
    const bytes = riff(fmt({ tag: 3, bits: 32, channelCount: 2 }), chunk('data', floats(1, 2, 3, NaN, -Infinity, 4)))
    const { samples, warnings } = read(bytes)
    expect(samples).toEqual([
      [1, 3, -Infinity],
      [2, NaN, 4]
    ])
    expect(warnings).toEqual([
      expect.stringMatching(/^2 values are not finite numbers, the first one is sample 3 of channel 1/)
    ])
  })

  test('denormals, huge values and the sign of zero are kept', () => {
    const values = [2 ** -149, -(2 ** -140), 1e38, -0]
    const { samples, warnings } = read(riff(fmt({ tag: 3, bits: 32 }), chunk('data', floats(...values))))
    expect(samples[0].every((value, n) => Object.is(value, Math.fround(values[n])))).toBe(true)
    expect(warnings).toEqual([])
  })

  test('64-bit floats are rounded without a word, and named where 32 bits cannot hold them', () => {
    const { samples, warnings } = read(riff(fmt({ tag: 3, bits: 64 }), chunk('data', doubles(0.1, 1e300, 1e-300, 0))))
    expect(samples[0]).toEqual([Math.fround(0.1), Infinity, 0, 0])
    expect(warnings[1]).toMatch(/^2 values lie outside/)
    expect(read(riff(fmt({ tag: 3, bits: 64 }), chunk('data', doubles(0.1, 0)))).warnings).toEqual([])
  })

  test.each([1, 2, 64, 256])('%s channels are read', (channelCount) => {
    const data = new Uint8Array(2 * channelCount)
    data[2 * channelCount - 1] = 0x40
    const { samples } = read(riff(fmt({ channelCount }), chunk('data', data)))
    expect(samples).toHaveLength(channelCount)
    expect(samples[channelCount - 1]).toEqual([0.5])
  })

  test.each([1, 384_000])('a rate of %s Hz is read', (sampleRate) => {
    expect(decodeWav(riff(fmt({ sampleRate }), chunk('data', four))).signal.sampleRate).toBe(sampleRate)
  })
})

describe('refused with one sentence', () => {
  const data = chunk('data', four)
  test.each([
    ['no bytes', bytesOf(), 'something else'],
    ['a header only', bytesOf('RIFF', long(4), 'WAVE'), 'only 12 bytes'],
    ['a cut name', bytesOf('RIFF', long(4)), 'only 8 bytes'],
    ['AVI', bytesOf('RIFF', long(4), 'AVI ', four), 'an AVI video'],
    ['lower-case riff', bytesOf('riff', long(4), 'WAVE', four), 'something else'],
    ['no fmt', riff(data), 'a fmt chunk in the WAV file. Received: none'],
    ['a fmt of 0 bytes', riff(chunk('fmt ', []), data), 'Received: 0.'],
    ['a fmt of 14 bytes', riff(chunk('fmt ', header().slice(0, 14)), data), 'Received: 14.'],
    ['a cut fmt', riff(data, bytesOf('fmt ', long(16), header().slice(0, 4))), 'Received: 4.'],
    ['a fmt that never ends', riff(bytesOf('fmt ', long(0xfffffff0), header()), data), 'a data chunk'],
    ['no data', riff(fmt()), 'a data chunk in the WAV file. Received: none'],
    ['a wave list', riff(fmt(), chunk('LIST', [...Buffer.from('wavlslnt'), ...long(4), 0, 0, 0, 0])), 'wave list'],
    ['empty data', riff(fmt(), chunk('data', [])), 'a data chunk of 0 bytes'],
    ['empty data before another chunk', riff(fmt(), chunk('data', []), chunk('junk', four)), 'a data chunk of 0 bytes'],
    ['less than one sample', riff(fmt(), chunk('data', [1])), 'a data chunk of 1 bytes'],
    ['no channels', riff(fmt({ channelCount: 0, blockBytes: 2 }), data), 'Received: 0.'],
    ['257 channels', riff(fmt({ channelCount: 257 }), data), 'Received: 257.'],
    ['65535 channels', riff(fmt({ channelCount: 65535, blockBytes: 65535 }), data), 'Received: 65535.'],
    ['rate 0', riff(fmt({ sampleRate: 0 }), data), 'sample rate of 1 to 10000000 Hz. Received: 0.'],
    ['an absurd rate', riff(fmt({ sampleRate: 0xffffffff }), data), 'Received: 4294967295.'],
    ['0 bits', riff(fmt({ bits: 0, blockBytes: 0 }), data), '0-bit integers'],
    ['4 bits', riff(fmt({ bits: 4 }), data), '4-bit integers'],
    ['65 bits', riff(fmt({ bits: 65 }), data), '65-bit integers'],
    ['16-bit float', riff(fmt({ tag: 3, bits: 16 }), data), '16-bit floats'],
    ['Microsoft ADPCM', riff(fmt({ tag: 2, bits: 4 }), data), 'Microsoft ADPCM'],
    ['IMA ADPCM', riff(fmt({ tag: 0x11, bits: 4 }), data), 'IMA ADPCM'],
    ['MP3 in WAV', riff(fmt({ tag: 0x55, bits: 0 }), data), 'MP3'],
    ['an unknown format', riff(fmt({ tag: 0x1234 }), data), 'the format number 4660'],
    ['a short EXTENSIBLE', riff(fmt({ tag: 0xfffe }), data), 'EXTENSIBLE fmt chunk of 40 bytes. Received: 16'],
    [
      'an unknown sub-format',
      riff(extensible({ validBits: 16, subFormat: new Array(16).fill(0xab) }), data),
      'ab'.repeat(16)
    ],
    [
      'an EXTENSIBLE that contains itself',
      riff(
        extensible({
          validBits: 16,
          subFormat: [0xfe, 0xff, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
        }),
        data
      ),
      'feff'
    ],
    ['a million empty chunks', riff(...new Array(10_001).fill(chunk('junk', [])), fmt(), data), 'at most 10000 chunks'],
    ['MP3', bytesOf('ID3', new Uint8Array(40)), 'an MP3 file'],
    ['MP3 without a tag', bytesOf([0xff, 0xfb, 0x90, 0x64], new Uint8Array(40)), 'an MP3 file'],
    ['FLAC', bytesOf('fLaC', new Uint8Array(40)), 'a FLAC file'],
    ['OGG', bytesOf('OggS', new Uint8Array(40)), 'an OGG file'],
    ['ZIP', bytesOf('PK\x03\x04', new Uint8Array(40)), 'a ZIP archive'],
    ['Excel', bytesOf('PK\x03\x04', new Uint8Array(26), '[Content_Types].xml'), 'an Excel workbook'],
    ['PNG', bytesOf('\x89PNG\r\n\x1a\n', new Uint8Array(40)), 'a PNG picture'],
    ['HTML', bytesOf('<!DOCTYPE html><html>', new Uint8Array(40)), 'a web page'],
    ['AIFF', bytesOf('FORM', long(1), 'AIFF', new Uint8Array(40)), 'an AIFF file'],
    ['W64', bytesOf('riff\x2e\x91\xcf\x11', new Uint8Array(40)), 'a Sony Wave64 file']
  ])('%s', (_, bytes, sentence) => {
    const reading = () => decodeWav(bytes)
    expect(reading).toThrow(InputError)
    expect(reading).toThrow(sentence)
  })
})

test('every cut and every flipped byte of a header gives a signal or an InputError, in bounded time', () => {
  const random = new Random(9)
  const seeds = ['riff-pcm16', 'extensible-float', 'rf64-pcm24', 'rifx-double', 'mulaw-codes'].map(fixture)
  for (let round = 0; round < 20_000; round += 1) {
    const seed = seeds[random.integer(seeds.length)]
    const bytes = seed.slice(0, random.integer(4) === 0 ? random.integer(seed.length) : seed.length)
    for (let change = random.integer(4); change >= 0; change -= 1) {
      const at = random.integer(Math.min(120, bytes.length || 1))
      if (bytes.length > 0) bytes[at] = [0, 1, 0x7f, 0x80, 0xff, random.integer(256)][random.integer(6)]
    }
    try {
      const { signal } = decodeWav(bytes)
      // A sample takes a byte or more of the file.
      expect(signal.channels.length * signal.channels[0].length).toBeLessThanOrEqual(bytes.length)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
    }
  }
})

describe('writing', () => {
  const random = new Random(2)
  const bitPatterns = () => new Float32Array(Uint32Array.from({ length: 997 }, () => random.nextUint32()).buffer)
  const bitsOf = (signal: Signal) => signal.channels.map((samples) => [...new Uint32Array(samples.buffer)])

  test.each([1, 2, 3, 7])('%s channels of any bit pattern come back bit for bit', (channelCount) => {
    const channels = Array.from({ length: channelCount }, bitPatterns)
    const signal = { sampleRate: 48_000, channels, channelNames: channels.map((_, n) => `c${n}`) }
    const { signal: back, encoding } = decodeWav(encodeWav(signal))
    expect(bitsOf(back)).toEqual(bitsOf(signal))
    expect([back.sampleRate, encoding]).toEqual([48_000, '32-bit float'])
  })

  test('a part of a longer array is written as that part', () => {
    const channels = [Float32Array.of(9, 1, 2, 9).subarray(1, 3)]
    const written = encodeWav({ sampleRate: 8, channels, channelNames: ['a'] })
    expect(read(written).samples).toEqual([[1, 2]])
  })

  test('the bytes are those of libsndfile but for its PEAK chunk', () => {
    const reference = fixture('scipy-float32')
    const { signal } = decodeWav(reference)
    const written = encodeWav(signal)
    expect(written.slice(-480)).toEqual(reference.slice(-480))
    expect(
      Buffer.from(written.slice(0, 58))
        .toString('latin1')
        .replace(/[^A-Za-z ]/g, '')
    ).toContain('WAVEfmt')
    expect(new DataView(written.buffer).getUint32(4, true)).toBe(written.length - 8)
  })

  test('more channels than are read are refused', () => {
    const channels = Array.from({ length: 257 }, () => new Float32Array(2))
    expect(() => encodeWav({ sampleRate: 1000, channels, channelNames: [] })).toThrow('1 to 256 channels')
  })

  test.each([
    [{ sampleRate: 12.5 }, 'whole hertz for WAV. Received: 12.5 Hz. Write CSV instead'],
    [{ sampleRate: 10_000_001 }, '1 to 10000000 Hz, in whole hertz for WAV'],
    [{ channels: [] }, '1 to 256 channels'],
    [{ channels: [new Float32Array(2), new Float32Array(3)] }, 'channels of one length']
  ])('%j is refused', (change, sentence) => {
    const signal = { sampleRate: 1000, channels: [new Float32Array(2)], channelNames: [], ...change }
    expect(() => encodeWav(signal)).toThrow(sentence)
  })
})
