/** Handlers of contract/spectrum.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import { mostColumnsPerCall, type spectrum as contract } from '../../contract/spectrum'
import { spectrogramOf, spectrumOf } from '../analysis/stream-spectrum'
import type { LiveStream } from '../inference/live-stream'

export function spectrumHandlers(find: (streamId: string) => LiveStream): Handlers<typeof contract> {
  return {
    readSpectrum: (request) => asBadRequest(() => spectrumOf(find(request.streamId), request)),

    readSpectrogram(request) {
      const columns = request.endColumn - request.firstColumn
      const most = mostColumnsPerCall(request.fftSize)
      if (columns < 1 || columns > most) {
        throw new LabError('bad-request', `Expected 1 to ${most} columns. Received: ${columns}.`)
      }
      return { levels: asBadRequest(() => spectrogramOf(find(request.streamId), request)) }
    }
  }
}

function asBadRequest<T>(compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('bad-request', error.message)
    throw error
  }
}
