/** The bundled mix: what the program shows in its first second, with the clean tones behind it. */
import { join } from 'node:path'
import { presets } from '../../core/signal/presets'
import type { Signal } from '../../core/signal/signal'
import { readSignalFile } from './read-signal-file'

export interface Demo {
  readonly name: string
  readonly path: string
  readonly encoding: string
  readonly signal: Signal
  readonly tones: readonly Float32Array[]
  readonly frequenciesHz: readonly number[]
}

/** The files were made by `siglab generate`; resources/README.md has the command. */
export async function readDemo(resourcesFolder: string): Promise<Demo> {
  const path = join(resourcesFolder, 'signals/mix-1357.wav')
  const mix = await readSignalFile(path)
  const truth = await readSignalFile(join(resourcesFolder, 'signals/mix-1357.truth.wav'))
  return {
    name: 'Demo mix 1, 3, 5, 7 Hz',
    path,
    encoding: mix.encoding,
    signal: mix.signal,
    tones: truth.signal.channels,
    frequenciesHz: presets.seed.frequenciesHz
  }
}
