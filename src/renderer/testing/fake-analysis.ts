/** The measuring calls of the fake laboratory: the mix's four tones of amplitude 1 stand in every answer. */
import type { Handlers } from '../../contract/define'
import type { measure } from '../../contract/measure'
import type { spectrum } from '../../contract/spectrum'
import { measureIds, type Measurements } from '../../core/measure/kinds'

export function fakeAnalysis(frequenciesHz: readonly number[]): Handlers<typeof measure> & Handlers<typeof spectrum> {
  const known: Partial<Measurements> = { frequency: 5, rms: Math.SQRT1_2, toneAmplitude: 1, snr: 21.5, siSdr: Infinity }
  const noMeasurement = Object.fromEntries(measureIds.map((id) => [id, null])) as Record<
    (typeof measureIds)[number],
    null
  >
  return {
    measure: ({ startSample, endSample }) => ({
      ...{ startSample, endSample, isCut: false },
      values: { ...noMeasurement, ...known }
    }),
    readPairs: () => ({ truth: Float32Array.of(-1, 0, 1), output: Float32Array.of(-0.9, 0, 0.9) }),
    measureCrossTalk: ({ startSample, endSample }) => ({
      frequenciesHz: [...frequenciesHz],
      levelDb: frequenciesHz.map((_, asked) =>
        frequenciesHz.map((_, leaked) => (asked === leaked ? -0.2 : -40 - leaked))
      ),
      floorDb: frequenciesHz.map(() => frequenciesHz.map(() => -42.5)),
      sampleCount: endSample - startSample
    }),
    readSpectrum: ({ traces }) => ({
      ...{ binHz: 0.25, noiseBandwidthHz: 0.375, segmentCount: 1, segmentLength: 4096 },
      traces: traces.map((name) => ({
        ...{ name, floorPower: 1e-6 },
        frequenciesHz: Float32Array.from({ length: 2000 }, (_, k) => k * 0.25),
        power: Float32Array.from({ length: 2000 }, (_, k) => (frequenciesHz.includes(k * 0.25) ? 0.5 : 1e-6)),
        peaks: name === 'mix' ? frequenciesHz.map((frequencyHz) => ({ frequencyHz, power: 0.5 })) : []
      }))
    }),
    readSpectrogram: ({ firstColumn, endColumn, rows }) => ({
      levels: new Float32Array((endColumn - firstColumn) * rows).fill(-30)
    })
  }
}
