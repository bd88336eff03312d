/** Commands of the training laboratory. */
import type { TrainingView } from '../state/training.svelte'
import type { Workbench } from '../state/workbench.svelte'
import type { Command } from './command'

const show = (view: TrainingView) => (bench: Workbench) => {
  bench.training.shown = view
  bench.setLayout('train')
}

const noRuns = 'Select runs in the table first.'
const selectedRuns = (bench: Workbench) => [...bench.training.runs.selection]
const watched = (bench: Workbench) => bench.training.watch.record
const finishedRefusal = (bench: Workbench) =>
  ['finished', 'stopped'].includes(watched(bench)?.status ?? '') ? undefined : 'No finished run is shown.'

export const trainCommands: readonly Command[] = [
  {
    id: 'train-new',
    title: 'New training',
    group: 'Train',
    shown: 'Ctrl+T',
    keys: ['t', 'T'],
    modifier: 'control',
    run: show('new')
  },
  { id: 'train-progress', title: 'Show the progress of the training', group: 'Train', run: show('progress') },
  {
    id: 'train-runs',
    title: 'Show all runs',
    group: 'Train',
    shown: 'Ctrl+R',
    keys: ['r', 'R'],
    modifier: 'control',
    run: show('runs')
  },
  { id: 'train-studies', title: 'Show the studies', group: 'Train', run: show('studies') },
  { id: 'train-search', title: 'Show the search for a network', group: 'Train', run: show('search') },
  { id: 'train-inside', title: 'Look inside the running network', group: 'Train', run: show('inside') },
  {
    id: 'train-start',
    title: 'Start the training that the form describes',
    group: 'Train',
    blockedBy: (b) => b.training.form.problem,
    run: (b) => {
      show('progress')(b)
      return b.training.start()
    }
  },
  {
    id: 'train-pause',
    title: 'Pause or resume the training',
    group: 'Train',
    shown: 'P',
    keys: ['p', 'P'],
    blockedBy: (b) => b.training.pauseRefusal,
    run: (b) => b.training.togglePause()
  },
  {
    id: 'train-stop',
    title: 'Stop the training and keep the best',
    group: 'Train',
    blockedBy: (b) => (b.training.isTraining ? undefined : 'Nothing trains now.'),
    run: (b) => b.training.stop(watched(b)!.id)
  },
  {
    id: 'train-use',
    title: 'Filter the open signal with the run that is shown',
    group: 'Train',
    blockedBy: (b) => (b.stream ? finishedRefusal(b) : 'No filter is running.'),
    run: (b) => b.training.use(watched(b)!.id)
  },
  {
    id: 'train-export',
    title: 'Export the run that is shown',
    group: 'Train',
    blockedBy: (b) => finishedRefusal(b),
    run: (b) => b.openModelExport({ id: `run:${watched(b)!.id}`, title: watched(b)!.title })
  },
  {
    id: 'train-leave',
    title: 'Go back from an epoch to the model of before',
    group: 'Train',
    blockedBy: (b) => (b.training.timeMachine.canLeave ? undefined : 'No epoch is on the scope.'),
    run: (b) => b.training.timeMachine.leave()
  },
  {
    id: 'runs-delete',
    title: 'Delete the selected runs',
    group: 'Train',
    blockedBy: (b) => (b.training.runs.selection.size > 0 ? undefined : noRuns),
    run: (b) => b.training.delete(selectedRuns(b))
  },
  {
    id: 'runs-restore',
    title: 'Bring back the runs that were deleted last',
    group: 'Train',
    blockedBy: (b) => (b.training.deleted.length > 0 ? undefined : 'No runs were deleted.'),
    run: (b) => b.training.restore(b.training.deleted)
  },
  {
    id: 'study-start',
    title: 'Measure what is missing of the chosen study',
    group: 'Train',
    blockedBy: (b) => b.training.studies.startRefusal,
    run: (b) => {
      show('studies')(b)
      return b.training.studies.start()
    }
  },
  {
    id: 'study-stop',
    title: 'Stop the study and keep what is measured',
    group: 'Train',
    blockedBy: (b) => (b.training.studies.running ? undefined : 'No study is being measured.'),
    run: (b) => b.training.studies.stop()
  },
  {
    id: 'search-start',
    title: 'Search for a network, or go on searching',
    group: 'Train',
    blockedBy: (b) => b.training.searches.startRefusal,
    run: (b) => {
      show('search')(b)
      return b.training.searches.start()
    }
  },
  {
    id: 'search-stop',
    title: 'Stop the search and keep what was tried',
    group: 'Train',
    blockedBy: (b) => (b.training.searches.running ? undefined : 'No search is under way.'),
    run: (b) => b.training.searches.stop()
  }
]
