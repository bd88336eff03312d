/** Spectra and spectrogram columns of a stream: which samples they are made of. */
import type { ReadSpectrogram, ReadSpectrum, SpectrumData } from '../../contract/lab'
import { checkFrequencyAxis } from '../../core/spectrum/frequency-axis'
import { noiseFloor } from '../../core/spectrum/noise-floor'
import { spectrumPeaks } from '../../core/spectrum/peaks'
import { spectrogram } from '../../core/spectrum/spectrogram'
import { thinSpectrum } from '../../core/spectrum/thin-spectrum'
import { samplesForSegments, welch } from '../../core/spectrum/welch'
import type { LiveStream } from '../inference/live-stream'
import { existingPart, readSamples } from './stream-samples'

/** A spectrum of fewer samples says nothing. */
const fewestSamples = 16
const mostPeaks = 8

/** Throws RangeError for an axis that cannot be. */
export function spectrumOf(stream: LiveStream, request: ReadSpectrum): SpectrumData {
  const { axis, endSample, fftSize, taper, averages, frequencyAxis, columns } = request
  checkFrequencyAxis(frequencyAxis)
  const { sampleRate } = stream
  const startSample = Math.max(request.startSample, endSample - samplesForSegments(averages, fftSize))
  const samplesOf = readSamples(stream, request.traces, request.selector, { axis, startSample, endSample })
  // One that is not there at all, as the rival where none runs, is left out.
  const all = request.traces
    .map((name, index) => ({ name, samples: samplesOf[index], part: existingPart(samplesOf[index]) }))
    .filter(({ part }) => part.end > part.start)
  const { start, end } = commonPart(all.map(({ part }) => part))
  const segmentLength = Math.min(fftSize, end - start)
  const nothing = { binHz: sampleRate / fftSize, noiseBandwidthHz: 0, segmentCount: 0, segmentLength: 0, traces: [] }
  if (segmentLength < fewestSamples) return nothing
  const spectra = all.map(({ name, samples }) => {
    return { name, spectrum: welch(samples.subarray(start, end), { sampleRate, fftSize, taper, segmentLength }) }
  })
  const { binHz, noiseBandwidthHz, segmentCount } = spectra[0].spectrum
  const traces = spectra.map(({ name, spectrum }) => {
    const floorPower = noiseFloor(spectrum)
    const paddingFactor = fftSize / segmentLength
    return {
      name,
      ...thinSpectrum(spectrum, frequencyAxis, columns),
      floorPower,
      peaks: spectrumPeaks(spectrum, { taper, floor: floorPower, maxCount: mostPeaks, paddingFactor })
    }
  })
  return { binHz, noiseBandwidthHz, segmentCount, segmentLength, traces }
}

export function spectrogramOf(stream: LiveStream, request: ReadSpectrogram): Float32Array {
  const { axis, trace, selector, firstColumn, endColumn, frequencyAxis } = request
  const read = (start: number, count: number) =>
    readSamples(stream, [trace], selector, { axis, startSample: start, endSample: start + count })[0]
  const settings = { ...request, sampleRate: stream.sampleRate, axis: frequencyAxis }
  return spectrogram(read, { first: firstColumn, end: endColumn }, settings)
}

/** Where all traces exist. */
function commonPart(parts: readonly { start: number; end: number }[]): { start: number; end: number } {
  if (parts.length === 0) return { start: 0, end: 0 }
  const start = Math.max(...parts.map((part) => part.start))
  return { start, end: Math.max(start, Math.min(...parts.map((part) => part.end))) }
}
