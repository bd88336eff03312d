import { describe, expect, it, vi } from 'vitest'
import type { LabClient } from '../client'
import { Listening } from './listening.svelte'
import type { Stream } from './stream.svelte'

/** A sound card that writes down what it was asked to play. */
function fakeAudio() {
  const started: { offset: number; rate: number; peak: number }[] = []
  const stopped: number[] = []
  const parameter = () => ({ value: 1, setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn() })
  const audio = {
    currentTime: 0,
    destination: {},
    resume: async () => undefined,
    createBuffer: (_channels: number, length: number, rate: number) => ({
      duration: length / rate,
      peak: 0,
      copyToChannel(samples: Float32Array) {
        this.peak = Math.max(...samples)
      }
    }),
    createGain: () => ({ gain: parameter(), connect: () => undefined }),
    createBufferSource: () => ({
      buffer: null as unknown as { peak: number },
      loop: false,
      playbackRate: { value: 1 },
      connect: (next: unknown) => next,
      start(_when: number, offset: number) {
        started.push({ offset, rate: this.playbackRate.value, peak: this.buffer.peak })
      },
      stop: (when: number) => stopped.push(when)
    })
  }
  return { audio, started, stopped }
}

function setup({ silent = false } = {}) {
  const failures: string[] = []
  const reads: unknown[] = []
  const lab = {
    async readSamples(request: { trace: string; count: number }) {
      reads.push(request)
      const value = silent ? 0 : { mix: 1, output: 0.5, residual: 0.25 }[request.trace]!
      return { samples: new Float32Array(request.count).fill(value) }
    }
  } as unknown as LabClient
  const stream = {
    info: { streamId: 's', signalId: 'x', frequenciesHz: [1, 440] },
    signal: { sampleRate: 1000 }
  } as unknown as Stream
  const { audio, started, stopped } = fakeAudio()
  const state = { selector: 0 }
  const listening = new Listening(
    { stream: () => stream, lab: () => lab, selector: () => state.selector, range: () => ({ start: 99.5, end: 2100 }) },
    (error) => failures.push(error.message),
    () => audio as unknown as AudioContext
  )
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return { listening, lab, started, stopped, failures, reads, audio, state, settle }
}

describe('Listening', () => {
  it('reads the part in view and plays a tone of 1 Hz eight octaves up', async () => {
    const { listening, started, reads, settle } = setup()
    listening.toggle('output')
    await settle()
    expect(reads).toContainEqual({ streamId: 's', trace: 'output', selector: 0, startSample: 99, count: 2001 })
    expect(started).toEqual([{ offset: 0, rate: (1000 * 256) / 96_000, peak: 0.5 }])
    expect([listening.trace, listening.octaves]).toEqual(['output', 8])
  })

  it('keeps its place when another trace follows, and stops the one before', async () => {
    const { listening, started, stopped, audio, settle } = setup()
    listening.toggle('mix')
    await settle()
    audio.currentTime = 0.003
    listening.toggle('output')
    await settle()
    expect(started[1].offset).toBeCloseTo(0.003 * ((1000 * 256) / 96_000), 9)
    expect(stopped).toHaveLength(1)
    listening.toggle('output')
    expect([listening.trace, stopped.length]).toEqual([null, 2])
  })

  it('plays a tone that can be heard as it is', async () => {
    const { listening, state, settle } = setup()
    state.selector = 1
    listening.toggle('mix')
    await settle()
    expect(listening.octaves).toBe(0)
  })

  it('says so where there is nothing to hear', async () => {
    const { listening, started, failures, settle } = setup({ silent: true })
    listening.toggle('mix')
    await settle()
    expect(started).toEqual([])
    expect(failures[0]).toContain('silent')
    expect(listening.trace).toBeNull()
  })

  it('goes on with the newest trace where an older one fails late', async () => {
    const { listening, lab, started, failures, settle } = setup()
    let failFirst = (_error: Error) => {}
    vi.spyOn(lab, 'readSamples').mockImplementationOnce(() => new Promise((_, reject) => (failFirst = reject)))
    listening.toggle('mix')
    listening.toggle('output')
    failFirst(new Error('There is no stream "s".'))
    await settle()
    expect([listening.trace, started.length, failures]).toEqual(['output', 1, []])
  })

  it('plays nothing that was stopped before it was read', async () => {
    const { listening, started, settle } = setup()
    listening.toggle('mix')
    listening.stop()
    await settle()
    expect(started).toEqual([])
  })
})
