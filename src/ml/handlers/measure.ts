/** Handlers of contract/measure.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { measure as contract } from '../../contract/measure'
import { crossTalkOf, measureStream, pairsOf } from '../analysis/measure-stream'
import type { LiveStream } from '../inference/live-stream'

export function measureHandlers(find: (streamId: string) => LiveStream): Handlers<typeof contract> {
  return {
    measure: (request) => measureStream(find(request.streamId), request),
    readPairs: (request) => pairsOf(find(request.streamId), request),
    measureCrossTalk: (request) => crossTalkOf(find(request.streamId), request)
  }
}
