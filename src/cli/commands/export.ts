/** siglab export */
import { existsSync } from 'node:fs'
import { loadEngine } from '../../ml/engine/tensorflow'
import { exportKindById, exportKinds } from '../../ml/exports'
import type { EvidenceSignal } from '../../ml/exports/bundle'
import { evidenceOf } from '../../ml/exports/evidence-signal'
import { findSubject } from '../../ml/exports/find-subject'
import { writeExport } from '../../ml/exports/write-export'
import type { StoredModel } from '../../ml/library/model-file'
import { openRecording } from '../../ml/signals/open-recording'
import { channelSource } from '../../ml/signals/sample-source'
import { SignalStore } from '../../ml/signals/signal-store'
import { defineCommand, UsageError } from '../command'
import { refuseSameFile } from '../different-files'
import { parseNumber, required } from '../flags'
import { openLibrary, userRunsFolder } from '../resources'
import { wantedFrequencies } from '../wanted-frequencies'

export default defineCommand({
  name: 'export',
  summary: `Write a model or a run in the format of another program.
${exportKinds.map(({ id, hint }) => `  ${id.padEnd(14)} ${hint}`).join('\n')}`,
  positionals: [
    {
      name: 'MODEL|RUN',
      description: 'a model of "siglab models", a model file, a training folder, or a run: ID, or ID@EPOCH'
    }
  ],
  options: {
    as: { type: 'string', value: 'KIND', description: exportKinds.map(({ id }) => id).join(', ') },
    out: {
      type: 'string',
      value: 'PATH',
      description: 'the file; where there are several, a folder, or a zip if it ends so'
    },
    signal: {
      type: 'string',
      value: 'FILE',
      description: 'for a bundle: the recording that it proves something about (default: a fresh mix)'
    },
    channel: { type: 'string', value: 'N', description: 'channel of that recording, from 1', default: '1' },
    from: { type: 'string', value: 'S', description: 'where the slice of it begins, in seconds', default: '0' },
    seconds: { type: 'string', value: 'S', description: 'how long the slice is (default 10, or what is left)' },
    frequencies: {
      type: 'string',
      value: 'HZ,HZ,…',
      description: 'what the selectors mean there, for a model that takes any (default: the tones found)'
    }
  },
  examples: [
    'siglab export stream-1357 --as onnx --out stream-1357.onnx',
    'siglab export runs/hum --as tensorboard --out logs/hum',
    'siglab export runs/hum --as bundle --signal hum.wav --from 2 --seconds 5 --out hum.siglab'
  ],
  async run({ positionals: [name], options }) {
    const known = exportKinds.map(({ id }) => id)
    const as = required('as', options.as)
    if (!known.includes(as)) throw new UsageError(`--as: expected one of ${known.join(', ')}. Received: ${as}`)
    const kind = exportKindById(as)
    if (options.signal !== undefined && kind.id !== 'bundle')
      throw new UsageError(`--signal: a bundle holds a signal. Received: --as ${as}`)
    const out = required('out', options.out)
    const library = await openLibrary()
    // The name of a model in the library, or of a run, is no path.
    const isPath = existsSync(name) && !library.models.some(({ manifest }) => manifest.id === name)
    await refuseSameFile(
      { name: '--out', path: out },
      { name: 'MODEL', path: isPath ? name : undefined },
      { name: '--signal', path: options.signal }
    )
    const subject = await findSubject({ library, runsFolder: userRunsFolder(), paths: true }, name)
    const signal = options.signal === undefined ? undefined : await sliceOf(options.signal, subject.model, options)
    const files = await writeExport(out, kind, { ...subject, signal }, { engine: loadEngine })
    const { id, title } = subject.model.manifest
    return {
      json: { model: id, run: subject.run?.record.id ?? null, kind: kind.id, files },
      text: files.map(({ path, bytes }) => `${path}: ${title} as ${kind.title}, ${bytes} bytes\n`).join('')
    }
  }
})

async function sliceOf(
  path: string,
  model: StoredModel,
  options: {
    readonly channel: string
    readonly from: string
    readonly seconds: string | undefined
    readonly frequencies: string | undefined
  }
): Promise<EvidenceSignal> {
  const { source, format, encoding, warnings } = await openRecording(path)
  try {
    const { channelNames, sampleRate, sampleCount } = source
    const number = parseNumber('channel', options.channel, { low: 1, high: channelNames.length, integer: true })
    const info = new SignalStore().add({ id: 'input', name: path, format, encoding, warnings }, source)
    const wantedHz = wantedFrequencies(model.manifest, options.frequencies, info)
    const start = Math.round(parseNumber('from', options.from, { low: 0, high: sampleCount / sampleRate }) * sampleRate)
    const seconds = options.seconds === undefined ? 10 : parseNumber('seconds', options.seconds, { low: 0, high: 1e6 })
    const end = Math.min(sampleCount, start + Math.max(1, Math.round(seconds * sampleRate)))
    return evidenceOf(model, { info, channel: channelSource(source, number - 1), wantedHz }, { start, end })
  } finally {
    source.close()
  }
}
