/**
 * The history of a run as TensorBoard's event file: `tensorboard --logdir FOLDER`.
 *
 * Records are framed as TensorFlow's TFRecord: length, masked CRC-32C of the length, an Event message, masked CRC-32C of
 * it (https://www.tensorflow.org/tutorials/load_data/tfrecord). Field numbers are those of event.proto and summary.proto.
 */
import type { HistoryPoint } from '../../contract/runs'
import { crc32c } from '../library/crc'
import type { ExportedRun, ExportKind } from './define'
import { ProtobufWriter } from './protobuf'

export default {
  id: 'tensorboard',
  title: 'TensorBoard events',
  hint: 'Loss, validation, learning rate and gradient norm of a run, in a folder for tensorboard --logdir.',
  ending: '.tensorboard.zip',
  isFolder: true,
  blockedBy: ({ run, model }) =>
    run && run.history.length > 0
      ? undefined
      : `"${model.manifest.title}" has no history of its training. Export the run that it came from: siglab export RUN.`,
  filesOf({ run }) {
    const started = Math.floor(Date.parse(run!.record.createdAt) / 1000)
    return [{ name: `events.out.tfevents.${started}.${run!.record.id}`, bytes: eventFile(run!) }]
  }
} satisfies ExportKind

/** Tags and what a point has for them. */
const scalars: readonly (readonly [tag: string, of: (point: HistoryPoint) => number | null | undefined])[] = [
  ['train/loss', ({ loss }) => loss],
  ['train/learning_rate', ({ learningRate }) => learningRate],
  ['train/gradient_norm', ({ gradientNorm }) => gradientNorm],
  ['train/step_milliseconds', ({ stepMilliseconds }) => stepMilliseconds],
  ['validation/loss', ({ validationLoss }) => validationLoss],
  ['validation/r2', ({ validationR2 }) => validationR2]
]

/** All points in the order given, behind the version that every file begins with. */
export function eventFile({ record, history }: ExportedRun): Uint8Array {
  const started = Date.parse(record.createdAt) / 1000
  const perStep = record.seconds / Math.max(1, record.step)
  const events = [new ProtobufWriter().double(1, started).text(3, 'brain.Event:2').finish()]
  for (const point of history) {
    const present = scalars.flatMap(([tag, of]) => {
      const value = of(point)
      return value === null || value === undefined ? [] : [{ tag, value }]
    })
    if (present.length === 0) continue
    const event = new ProtobufWriter()
      // The time is not kept with the points: training went on evenly, as far as anybody knows.
      .double(1, started + point.step * perStep)
      .integer(2, point.step)
      .message(5, (summary) => {
        for (const { tag, value } of present) summary.message(1, (entry) => entry.text(1, tag).float(2, value))
      })
    events.push(event.finish())
  }
  return Uint8Array.from(Buffer.concat(events.map(framed)))
}

/** One record of a TFRecord file. */
export function framed(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true)
  record.set(data, 12)
  view.setUint32(12 + data.length, maskedCrc(data), true)
  return record
}

/** A checksum of data that holds checksums says little: TensorFlow turns it and adds a constant. */
function maskedCrc(data: Uint8Array): number {
  const crc = crc32c(data)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
