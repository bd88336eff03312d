/**
 * What the next picture shows, decided from the view, the mode and where the stream is. Pure: reading and drawing are
 * others' work.
 */
import type { ScopeSettings } from '../../contract/scope-settings'
import type { ReadSweeps } from '../../contract/lab'
import { followingRange, type SampleRange } from './visible-range'
import type { ViewState } from './view.svelte'

export type PicturePlan =
  /** A part of the record that the user holds. */
  | { readonly kind: 'record'; readonly range: SampleRange }
  /** The newest samples, the newest at the right edge. */
  | { readonly kind: 'roll'; readonly range: SampleRange }
  /** The beam writes from left to right over the screen before: what it has written, and what is left of before. */
  | { readonly kind: 'sweep'; readonly screen: SampleRange; readonly before: SampleRange }
  /** Screens that begin at a trigger. */
  | { readonly kind: 'triggered'; readonly sweeps: SweepRequest }

export type SweepRequest = Pick<ReadSweeps, 'trigger' | 'spanSamples' | 'preTriggerSamples'>

export interface PlanInputs {
  readonly view: ViewState
  readonly scope: ScopeSettings
  /** A single sweep was asked for and has not come yet. */
  readonly waitsForSingle: boolean
  readonly position: number
  readonly sampleRate: number
}

/** Longer screens than this are not triggered: one would wait for each of them, and updates would be missed. */
export const longestTriggered = 0.5

/** The part of a screen that the beam leaves free before it, so that new and old can be told apart. */
const beamGap = 0.02

/** Whether screens of this length begin at triggers. */
export function isTriggered(scope: ScopeSettings, spanSeconds: number, waitsForSingle = false): boolean {
  return (
    scope.trigger.isOn && spanSeconds <= longestTriggered * (1 + 1e-9) && (scope.mode === 'sweep' || waitsForSingle)
  )
}

export function planPicture({ view, scope, waitsForSingle, position, sampleRate }: PlanInputs): PicturePlan {
  if (view.kind === 'held') return { kind: 'record', range: view.range }
  const { spanSeconds } = view
  if (isTriggered(scope, spanSeconds, waitsForSingle)) {
    return { kind: 'triggered', sweeps: sweepRequest(scope, spanSeconds, sampleRate) }
  }
  if (scope.mode === 'roll') return { kind: 'roll', range: followingRange(position, spanSeconds, sampleRate) }
  return freeSweep(position, spanSeconds * sampleRate)
}

export function sweepRequest({ trigger }: ScopeSettings, spanSeconds: number, sampleRate: number): SweepRequest {
  const spanSamples = spanSeconds * sampleRate
  return {
    trigger: {
      ...{ trace: trigger.source, level: trigger.level, slope: trigger.slope, hysteresis: trigger.hysteresis },
      holdOffSamples: trigger.holdOffSeconds * sampleRate
    },
    spanSamples,
    preTriggerSamples: trigger.preTrigger * spanSamples
  }
}

function freeSweep(position: number, span: number): PicturePlan {
  const start = Math.floor(position / span) * span
  const gapEnd = position + beamGap * span
  return {
    kind: 'sweep',
    screen: { start, end: start + span },
    before: { start: Math.min(gapEnd, start + span) - span, end: start }
  }
}
