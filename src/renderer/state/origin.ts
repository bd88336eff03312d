/** Where a signal came from: enough to open it again in a laboratory that was started anew. Keeps no state. */
import type { ImportChoices, SignalInfo } from '../../contract/lab'
import type { GrantedFile } from '../../contract/session'
import type { LabClient } from '../client'
import type { Recipe } from './generate-form.svelte'
import type { Microphone } from './microphone.svelte'

export type Origin =
  | { kind: 'demo' }
  | { kind: 'file'; file: GrantedFile; choices?: ImportChoices }
  | { kind: 'text'; text: string; choices: ImportChoices }
  | { kind: 'generated'; recipe: Recipe }
  | { kind: 'live' }
  | { kind: 'recorded'; liveId: string; name: string }
  | { kind: 'resampled'; from: Origin; sampleRate: number }

/** Open a signal under this id; undefined where the user thought better of it. */
export function openOrigin(
  lab: LabClient,
  signalId: string,
  origin: Origin,
  microphone: Microphone
): Promise<SignalInfo | undefined> {
  switch (origin.kind) {
    case 'demo':
      return lab.openDemo({ signalId })
    case 'file':
      return lab.openSignal({ signalId, fileId: origin.file.fileId, choices: origin.choices })
    case 'text':
      return lab.openText({ signalId, text: origin.text, choices: origin.choices })
    case 'generated':
      return lab.generateSignal({ signalId, ...origin.recipe })
    case 'live':
      return microphone.start(lab, signalId)
    case 'recorded':
      return lab.keepLiveSource({ signalId: origin.liveId, keptId: signalId, name: origin.name })
    case 'resampled':
      return openResampled(lab, signalId, origin, microphone)
  }
}

/** From the beginning, so that it can be done again in a laboratory that was started anew. */
async function openResampled(
  lab: LabClient,
  signalId: string,
  { from, sampleRate }: Extract<Origin, { kind: 'resampled' }>,
  microphone: Microphone
): Promise<SignalInfo | undefined> {
  const fromSignalId = `${signalId}-before`
  if (!(await openOrigin(lab, fromSignalId, from, microphone))) return undefined
  try {
    return await lab.resampleSignal({ signalId, fromSignalId, sampleRate })
  } finally {
    lab.closeSignal({ signalId: fromSignalId }).catch(() => undefined)
  }
}

/** "Opening …", in words. */
export function nameOf(origin: Origin): string {
  switch (origin.kind) {
    case 'demo':
      return 'the bundled mix'
    case 'file':
      return origin.file.name
    case 'text':
      return 'the pasted numbers'
    case 'generated':
      return 'a new mix'
    case 'live':
      return 'the microphone'
    case 'recorded':
      return origin.name
    case 'resampled':
      return nameOf(origin.from)
  }
}

/** What the problem is called when it cannot be opened. */
export function failureOf(origin: Origin): string {
  if (origin.kind === 'file') return `${origin.file.name} could not be opened`
  return origin.kind === 'live' ? 'The microphone could not be used' : 'The signal could not be opened'
}
