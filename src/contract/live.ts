/** A signal that is being recorded: the page pushes what it hears, block by block, and a stream follows. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { SignalInfo } from './signals'
import { Count, Id, Samples, Text } from './values'

/** Blocks of more samples a channel are refused: a page in a loop must not fill the memory. */
export const longestBlock = 2 ** 16
const Block = v.pipe(
  Samples,
  v.check((samples) => samples.length > 0 && samples.length <= longestBlock, `Expected 1 to ${longestBlock} samples`),
  v.check((samples) => samples.byteLength === samples.buffer.byteLength, 'Expected an array of its own, not a view')
)

export const live = {
  calls: {
    /**
     * Begin a recording. The newest `keepSeconds` of it are kept; the signal has that length from the start, and a
     * stream on it goes as far as was pushed.
     */
    openLiveSource: call(
      v.object({
        signalId: Id,
        name: Text,
        sampleRate: v.pipe(v.number(), v.integer(), v.minValue(3000), v.maxValue(384_000)),
        channelNames: v.pipe(v.array(Text), v.minLength(1), v.maxLength(2)),
        keepSeconds: v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(600))
      }),
      SignalInfo
    ),
    /** One block of each channel, all of one length. Answers with how many samples were pushed so far. */
    pushSamples: call(
      v.object({ signalId: Id, channels: v.pipe(v.array(Block), v.minLength(1), v.maxLength(2)) }),
      Count
    ),
    /** What was kept, in order, as a signal of its own under another id. The live one goes on until it is closed. */
    keepLiveSource: call(v.object({ signalId: Id, keptId: Id, name: Text }), SignalInfo)
  },
  events: {}
} as const satisfies Contract
