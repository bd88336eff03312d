/** From the screen to a session and back. Knows what a session holds; when it is kept is session-keeper's. */
import type { Session } from '../../contract/session'
import type { Origin } from './origin'
import { isLent } from './run-model'
import type { Workbench } from './workbench.svelte'

/** What would be shown again at the next start; null for a signal that is gone with the program. */
export function sessionOf(bench: Workbench): Session | null {
  const origin = bench.signal && lasting(bench.signal.origin)
  if (!origin) return null
  const { view, selection, cursors, tones } = bench
  return {
    origin,
    channel: bench.opening.channel,
    modelId: lastingModel(bench.tuning.wantedModelId),
    frequenciesHz: tones.areOfSignal ? [] : [...tones.frequenciesHz],
    view: view.state.kind === 'held' ? view.state.range : null,
    selection: selection.range,
    cursors: cursors.pair('record'),
    markers: cursors.markers.map(({ name, place }) => ({ name, place }))
  }
}

/** Put back what stood on the signal, as long as it is that one that is open. */
export async function restoreSession(bench: Workbench, session: Session): Promise<void> {
  if (isOpen(bench, session)) await bench.opening.setChannel(session.channel)
  if (session.modelId !== null && isOpen(bench, session)) await bench.tuning.chooseModel(session.modelId)
  if (!isOpen(bench, session)) return
  // A tone that the file no longer holds is left out; what is left of the session is still worth having.
  session.frequenciesHz.forEach((hertz, selector) => void bench.tuning.setFrequency(selector, hertz))
  for (const name of ['a', 'b'] as const) {
    const place = session.cursors[name]
    if (place !== null) bench.cursors.move('record', name, place)
  }
  for (const { name, place } of session.markers) bench.cursors.addMarker(place, name)
  if (session.selection) bench.selection.select(session.selection.start, session.selection.end)
  if (session.view) bench.view.show(session.view)
  // What was made the last time is where this time begins.
  bench.history.clear()
}

/** What is open came from that very origin; of a file how it is read may have been found out just now. */
function isOpen({ signal }: Workbench, session: Session): boolean {
  const [origin, wanted] = [signal?.origin, session.origin]
  if (origin?.kind === 'file' && wanted.kind === 'file') return origin.file === wanted.file
  return origin === wanted
}

/** What was lent from a run is not in the library of the next start. */
function lastingModel(modelId: string | undefined): string | null {
  return modelId === undefined || isLent(modelId) ? null : modelId
}

/** What can be opened again by another start. A resampled signal is opened as it was recorded. */
function lasting(origin: Origin): Session['origin'] | null {
  switch (origin.kind) {
    case 'demo':
    case 'file':
    case 'generated':
      return origin
    case 'resampled':
      return lasting(origin.from)
    case 'text':
    case 'live':
    case 'recorded':
      return null
  }
}
