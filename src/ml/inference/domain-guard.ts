/**
 * The domain guard: does a signal lie where a model was trained? Green, amber or red, with reasons, and with cures as
 * data that the screen can offer. Pure.
 */
import type { Cure, DomainReport, Finding, Verdict } from '../../contract/analysis'
import { sampledSpacingOf } from '../../core/filters/rivals/define'
import type { Hertz, Samples, Seconds } from '../../core/units'
import type { Manifest } from '../library/manifest'
import { liveUseOf } from './live-use'

/** What is known of a signal. */
export interface SignalDomain {
  readonly sampleRate: Hertz
  readonly sampleCount: Samples
  /** Tones that are in it: known from its making, or found. */
  readonly tonesHz: readonly Hertz[]
  /** RMS of the whole signal; 0 for silence. */
  readonly rms: number
  /** Standard deviation of its white noise, estimated; NaN where there is too little signal to tell. */
  readonly noise: number
}

export interface GuardedModel {
  readonly manifest: Manifest
  /** What the selectors mean. */
  readonly wantedHz: readonly Hertz[]
  /** By which the signal is multiplied on its way into the network. */
  readonly gain: number
  /** Does it see nothing of the future? Taken for true if left out. */
  readonly causal?: boolean
}

/** Models that a cure could turn to. */
export interface Alternatives {
  /** One that takes any frequencies. */
  readonly universalId?: string
  /** What training for fixed frequencies took. */
  readonly trainingSeconds?: Seconds
}

export function checkDomain(model: GuardedModel, signal: SignalDomain, alternatives: Alternatives = {}): DomainReport {
  const findings = [
    ...checkRate(model, signal),
    ...checkFrequencies(model, signal),
    ...checkSpacing(model, signal),
    ...checkLevel(model, signal),
    ...checkNoise(model, signal),
    ...checkLatency(model, signal)
  ]
  const verdict = findings.reduce<Verdict>((worst, finding) => worseOf(worst, finding.verdict), 'green')
  return { verdict, findings, cures: curesFor(findings, model, signal, alternatives) }
}

/** Equal to a part in ten thousand, or as close as a found peak can be. */
export function isSameTone(frequency: Hertz, other: Hertz): boolean {
  return Math.abs(frequency - other) <= Math.max(1e-4 * frequency, 0.06)
}

/** A network at the signal's rate knows time by samples only: another rate is another frequency to it. */
function checkRate({ manifest, wantedHz }: GuardedModel, { sampleRate }: SignalDomain): Finding[] {
  const { running, title } = manifest
  const found = (verdict: Verdict, sentence: string): Finding[] => [{ subject: 'rate', verdict, sentence }]
  if (running.kind === 'samples' && sampleRate !== running.sampleRate) {
    return found(
      'red',
      `${title} was trained at ${running.sampleRate} samples a second; this signal has ${format(sampleRate)}.`
    )
  }
  if (running.kind === 'ticks' && sampleRate < running.modelRate) {
    return found(
      'red',
      `${title} runs at ${running.modelRate} ticks a second; this signal has ${format(sampleRate)} samples a second only.`
    )
  }
  const tooHigh = wantedHz.filter((frequency) => frequency >= sampleRate / 2)
  if (tooHigh.length === 0) return []
  return found(
    'red',
    `A signal of ${format(sampleRate)} samples a second holds tones below ${format(sampleRate / 2)} Hz; wanted are ${list(tooHigh)} Hz.`
  )
}

function checkFrequencies({ manifest, wantedHz }: GuardedModel, { tonesHz }: SignalDomain): Finding[] {
  const found = (verdict: Verdict, sentence: string): Finding[] => [{ subject: 'frequencies', verdict, sentence }]
  const isFixed = manifest.frequenciesHz.length > 0
  const missing = wantedHz.filter((frequency) => !tonesHz.some((other) => isSameTone(frequency, other)))
  if (isFixed && missing.length > 0) {
    const holds = tonesHz.length > 0 ? `has tones at ${list(tonesHz)} Hz` : 'has no clear tones'
    const verdict = missing.length === wantedHz.length ? 'red' : 'amber'
    return found(verdict, `${manifest.title} answers ${list(wantedHz)} Hz; this signal ${holds}.`)
  }
  const others = tonesHz.filter((frequency) => !wantedHz.some((other) => isSameTone(other, frequency)))
  if (isFixed && others.length > 0) {
    return found('amber', `This signal also has ${list(others)} Hz, beside which ${manifest.title} was not trained.`)
  }
  return []
}

/** What a filter of any frequencies cannot separate: tones that nobody chose and that stand closer than those chosen. */
function checkSpacing({ manifest, wantedHz }: GuardedModel, signal: SignalDomain): Finding[] {
  const { tonesHz, sampleRate, sampleCount } = signal
  const fits = wantedHz.length > 0 && wantedHz.every((frequency) => frequency < sampleRate / 2)
  if (manifest.frequenciesHz.length > 0 || !fits || hasDoubles(wantedHz)) return []
  const found = (verdict: Verdict, sentence: string): Finding => ({ subject: 'spacing', verdict, sentence })
  const spacing = sampledSpacingOf({ frequenciesHz: wantedHz, sampleRate })
  const findings: Finding[] = []
  const near = tonesHz.find((tone) =>
    wantedHz.some((wanted) => !isSameTone(wanted, tone) && Math.abs(wanted - tone) < spacing * 0.99)
  )
  if (near !== undefined) {
    findings.push(
      found(
        'amber',
        `A tone at ${format(near)} Hz stands closer than the ${format(spacing)} Hz between the selectors; give it to one of them.`
      )
    )
  }
  const periods = (sampleCount / sampleRate) * spacing
  if (periods < leastPeriods) {
    findings.push(
      found(
        'amber',
        `The signal lasts ${format(periods)} periods of the ${format(spacing)} Hz between the selectors; the output settles after about ${leastPeriods}.`
      )
    )
  }
  return findings
}

/** An output has settled after so many periods of the spacing. */
const leastPeriods = 2

function checkLevel({ gain }: GuardedModel, { rms }: SignalDomain): Finding[] {
  if (rms === 0) return [{ subject: 'level', verdict: 'red', sentence: 'The signal is silent.' }]
  if (gain === 1) return []
  const sentence = `The signal is scaled by ${format(gain)} for the network, whose training level it is far from.`
  return [{ subject: 'level', verdict: 'green', sentence }]
}

/** More noise than in training is not cured by anything; the reader must know that nobody has tried it. */
function checkNoise({ manifest, gain, wantedHz }: GuardedModel, { noise, sampleRate }: SignalDomain): Finding[] {
  const trained = manifest.training.noise?.[1]
  if (trained === undefined || !Number.isFinite(noise) || wantedHz.length === 0 || hasDoubles(wantedHz)) return []
  // White noise on more samples a second is less noise in any band: brought to the rate of training.
  const rate =
    manifest.running.kind === 'samples' || manifest.running.kind === 'ticks' ? manifest.running.sampleRate : 0
  const trainedRate = rate || 1000 * sampledSpacingOf({ frequenciesHz: wantedHz, sampleRate })
  const heard = noise * gain * Math.sqrt(trainedRate / sampleRate)
  if (!(heard > trained * 1.5)) return []
  const verdict = heard > trained * 4 ? 'red' : 'amber'
  const sentence = `The noise is about ${format(heard / trained)} times the most that ${manifest.title} was trained with.`
  return [{ subject: 'noise', verdict, sentence }]
}

/** A model that sees the future cannot answer now; the screen may offer it delayed. */
function checkLatency({ manifest, wantedHz, causal = true }: GuardedModel, { sampleRate }: SignalDomain): Finding[] {
  const canHold = wantedHz.length > 0 && wantedHz.every((frequency) => frequency < sampleRate / 2)
  if (causal || !canHold || hasDoubles(wantedHz)) return []
  const use = liveUseOf({ title: manifest.title, causal }, { frequenciesHz: wantedHz, sampleRate })
  return use.kind === 'live' ? [] : [{ subject: 'latency', verdict: 'red', sentence: use.reason }]
}

function curesFor(
  findings: readonly Finding[],
  { manifest, wantedHz }: GuardedModel,
  { sampleRate, tonesHz }: SignalDomain,
  { universalId, trainingSeconds }: Alternatives
): Cure[] {
  const isBad = (subject: Finding['subject']) => findings.some((f) => f.subject === subject && f.verdict !== 'green')
  const cures: Cure[] = []
  const { running } = manifest
  const isFixed = manifest.frequenciesHz.length > 0
  if (running.kind === 'samples' && isBad('rate')) cures.push({ kind: 'resample', sampleRate: running.sampleRate })
  const frequenciesHz = [...(tonesHz.length > 0 ? tonesHz : wantedHz)].sort((a, b) => a - b)
  const canHold = frequenciesHz.length > 0 && frequenciesHz.every((frequency) => frequency < sampleRate / 2)
  if (isBad('latency')) cures.push({ kind: 'run-delayed' })
  if (!isFixed || !canHold || !(isBad('rate') || isBad('frequencies'))) return cures
  if (universalId !== undefined) cures.push({ kind: 'use-universal', modelId: universalId, frequenciesHz })
  cures.push({ kind: 'train-for-these', frequenciesHz, sampleRate, estimatedSeconds: trainingSeconds ?? null })
  return cures
}

function hasDoubles(frequenciesHz: readonly Hertz[]): boolean {
  return new Set(frequenciesHz).size < frequenciesHz.length
}

function worseOf(a: Verdict, b: Verdict): Verdict {
  const order: readonly Verdict[] = ['green', 'amber', 'red']
  return order.indexOf(a) > order.indexOf(b) ? a : b
}

function list(frequenciesHz: readonly Hertz[]): string {
  return frequenciesHz.map(format).join(', ')
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)))
}
