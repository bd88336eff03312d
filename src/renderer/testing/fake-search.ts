/** The search of the training process for component tests: every trial it makes up is better and slower than the one before. */
import { usualStreams } from '../../contract/train-defaults'
import type { SearchAdvanced, SearchChoice, SearchTrialReport, TrainingContract } from '../../contract/training'
import type { Handlers, Server } from '../../contract/define'

type SearchHandlers = Pick<Handlers<TrainingContract>, 'listSearches' | 'readSearch' | 'startSearch' | 'stopSearch'>

export interface FakeSearch {
  readonly handlers: SearchHandlers
  /** So many more trials have finished. */
  try(count: number): void
}

export function createFakeSearch(emit: Server<TrainingContract>['emit']): FakeSearch {
  let [running, tried] = [undefined as SearchAdvanced | undefined, 0]
  const pointOf = (trial: number) => ({ kind: 'lstm', layers: 2, units: 10 * trial, dropout: 0, learningRate: 0.004 })
  const trialOf = (trial: number, count: number): SearchTrialReport => ({
    ...{ trial, point: pointOf(trial), r2: 0.5 + trial / 100, parameterCount: 1000 * trial },
    ...{ microsecondsPerSample: trial, trainingSeconds: 10, isStopped: false, isOnFront: true },
    ...{ isBest: trial === count, failure: '' },
    request: {
      ...usualStreams([1, 3, 5, 7], 1000),
      title: 'Trial',
      params: { layers: 2, units: 10 * trial, dropout: 0 }
    }
  })
  const end = (outcome: 'finished' | 'stopped') => {
    if (!running) return
    const { methodId, task, architectures, budget, trials, seed } = running
    running = undefined
    emit('searchEnded', { methodId, task, architectures, budget, trials, seed, outcome, message: '' })
  }
  const tell = (choice: SearchChoice, secondsLeft: number | null) => {
    const trial = tried + 1
    running = { ...choice, trial, point: pointOf(trial), share: tried / choice.trials, secondsLeft }
    emit('searchAdvanced', running)
  }
  return {
    handlers: {
      listSearches: () => ({
        methods: [
          { id: 'tpe', title: 'TPE', summary: 'Tries near what was good' },
          { id: 'random', title: 'Random', summary: 'Draws' }
        ],
        architectures: [
          { id: 'lstm', title: 'LSTM' },
          { id: 'tcn', title: 'TCN' }
        ],
        usualArchitectures: ['lstm'],
        running: running ?? null
      }),
      readSearch: (choice) => ({
        ...choice,
        measured: Array.from({ length: Math.min(tried, choice.trials) }, (_, index) => trialOf(index + 1, tried)),
        sentence: tried === 0 ? '' : `Best by validation: trial ${tried}`,
        ...{ markdown: '# Search', csv: 'trial,kind' }
      }),
      startSearch(choice) {
        tell(choice, null)
        return undefined
      },
      stopSearch() {
        end('stopped')
        return undefined
      }
    },
    try(count) {
      tried += count
      if (!running) return
      if (tried >= running.trials) end('finished')
      else tell(running, 90)
    }
  }
}
