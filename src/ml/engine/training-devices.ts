/** What a training can be computed on, and what is missing where it cannot. */
import type { DeviceDescription } from '../../contract/training'
import { processor, type CardsFound } from './devices'

export interface DeviceQuestions {
  /** What TensorFlow computes on in this process; undefined while it is not loaded. */
  readonly loaded?: 'cpu' | 'gpu'
  /** Whether TensorFlow's CUDA build is installed. */
  readonly isInstalled: boolean
  /** Whether this process was started on that build. */
  readonly isOnLibrary: boolean
}

/** The processor, then every card, or one entry that says why there is none. */
export function trainingDevices(questions: DeviceQuestions, found: CardsFound): DeviceDescription[] {
  const { name, threads, memoryBytes } = processor()
  const cpu: DeviceDescription = {
    ...{ kind: 'cpu', name, threads, memoryBytes, driver: '', isAvailable: true, reason: '' }
  }
  const { cards, reason: noCard } = found
  const missing = whatIsMissing(questions)
  if (cards.length === 0) {
    const loadedInVain = questions.isOnLibrary && questions.loaded === 'cpu'
    const reason = loadedInVain ? `${noCard} TensorFlow's CUDA build was loaded and found none.` : noCard
    return [
      cpu,
      { kind: 'gpu', name: 'Graphics card', isAvailable: false, reason, memoryBytes: 0, driver: '', threads: 0 }
    ]
  }
  return [
    cpu,
    ...cards.map((card): DeviceDescription => {
      return { kind: 'gpu', ...card, isAvailable: missing === '', reason: missing, threads: 0 }
    })
  ]
}

/** Why a card that is there cannot be used; empty if it can. */
export function whatIsMissing({ loaded, isInstalled, isOnLibrary }: DeviceQuestions): string {
  if (loaded === 'gpu') return ''
  if (!isInstalled) return "TensorFlow's CUDA build is not installed."
  if (isOnLibrary && loaded === 'cpu')
    return "TensorFlow's CUDA build was loaded and cannot use this card: its driver may be too old for CUDA 12.5."
  return ''
}
