/**
 * Models as files: what the export dialog says, what a chosen file is, and the evidence that was checked. Main asks
 * where, the laboratory writes, reads and checks. Knows nothing of markup.
 */
import { savedKinds, type SavedKind } from '../../contract/app'
import type { EvidenceVerdict, ModelExport, ModelFile, ModelInfo } from '../../contract/lab'
import type { GrantedFile } from '../../contract/session'
import type { AppClient, LabClient } from '../client'
import { readNumber } from '../number-style.svelte'
import type { Connection } from './connection.svelte'
import type { Jobs } from './jobs.svelte'
import { newId } from './new-id'
import type { SampleRange } from './visible-range'

/** What would be exported: a model or a run by its id, and the part of the signal that a bundle would be about. */
export interface ModelSubject {
  readonly id: string
  readonly title: string
  readonly slice: {
    readonly signalId: string
    readonly channel: number
    readonly frequenciesHz: readonly number[]
    readonly sampleRate: number
    readonly range: SampleRange
  } | null
}

/** A file on its way to become a model, or evidence. */
export type OpenedModelFile =
  | { readonly kind: 'looking'; readonly file: GrantedFile }
  | { readonly kind: 'known'; readonly file: GrantedFile; readonly content: ModelFile }
  | { readonly kind: 'unusable'; readonly file: GrantedFile; readonly reason: string }

export type Verification =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly verdict: EvidenceVerdict }
  | { readonly kind: 'failed'; readonly reason: string }

/** Longer slices make large files, and are waited for when they are checked. */
export const mostSliceSeconds = 30

export const isModelFileName = (name: string) => /\.(siglab|safetensors|run\.zip)$/i.test(name)

export interface ModelFilesParts {
  readonly app: AppClient
  readonly connection: Connection
  readonly jobs: Jobs
  /** Something went wrong behind a dialog that is closed. */
  report(title: string, error: Error): void
  /** Something is done that is seen elsewhere only. */
  notice(message: string): void
  /** Let the model run. */
  useModel(modelId: string): void
}

export class ModelFiles {
  /** The ways to write the model that the dialog is about; undefined while they are asked for. */
  kinds = $state.raw<readonly ModelExport[]>()
  kindId = $state('bundle')
  /** What a bundle is about. */
  evidence = $state<'open-signal' | 'fresh-mix'>('open-signal')
  opened = $state.raw<OpenedModelFile>()
  verification = $state.raw<Verification>({ kind: 'none' })
  /** What the dialog asks of a state dict, as typed. */
  frequencies = $state('')
  sampleRate = $state('')
  modelRate = $state('')
  importProblem = $state('')
  importing = $state(false)
  readonly kind = $derived.by(() => this.kinds?.find(({ id }) => id === this.kindId))
  readonly #parts: ModelFilesParts

  constructor(parts: ModelFilesParts) {
    this.#parts = parts
  }

  /** Ask what can be made of a model or a run. */
  async look(subject: ModelSubject): Promise<void> {
    const { lab } = this.#parts.connection
    this.kinds = undefined
    if (!lab) return
    try {
      this.kinds = await lab.listExports({ subjectId: subject.id })
    } catch (error) {
      this.#parts.report('This model cannot be exported', error as Error)
    }
  }

  /** Resolves when the file is written, or when the user thought better of it. */
  async write(subject: ModelSubject): Promise<void> {
    const [{ app, connection, jobs, report }, kind] = [this.#parts, this.kind]
    const { lab } = connection
    if (!lab || !kind) return
    const jobId = newId('export-model')
    try {
      const name = `${subject.id.replace(/[:@]/g, '-')}${kind.ending}`
      const ticket = await app.chooseSaveFile({ name, kind: savedKindOf(kind.ending) })
      if (!ticket) return
      await lab.exportModel({
        ...{ jobId, fileId: ticket.fileId, subjectId: subject.id, exportId: kind.id },
        signal: kind.id === 'bundle' && this.evidence === 'open-signal' ? sliceOf(subject) : null
      })
    } catch (error) {
      // What failed on its way stands in its row.
      if (jobs.rows.every(({ id }) => id !== jobId)) report('The model could not be written', error as Error)
    }
  }

  /** The user chooses a file; true if one was chosen. */
  async choose(): Promise<boolean> {
    const file = await this.#parts.app.chooseModelFile(undefined)
    if (file) void this.open(file)
    return file !== null
  }

  /** Look what a file is; evidence is checked at once. */
  async open(file: GrantedFile): Promise<void> {
    const { lab } = this.#parts.connection
    this.opened = { kind: 'looking', file }
    this.verification = { kind: 'none' }
    this.importProblem = ''
    // Before the laboratory is there the file waits.
    if (!lab) return
    try {
      const content = await lab.inspectModelFile({ fileId: file.fileId })
      if (this.opened?.file !== file) return
      this.opened = { kind: 'known', file, content }
      if (content.kind === 'evidence') await this.#verify(lab, file)
    } catch (error) {
      if (this.opened?.file === file) this.opened = { kind: 'unusable', file, reason: (error as Error).message }
    }
  }

  /** A laboratory is there: look at what waited for it. */
  labIsReady(): void {
    if (this.opened?.kind === 'looking') void this.open(this.opened.file)
  }

  /** The file that was opened into the user's models or runs; true if it is one of them now. */
  async import(): Promise<boolean> {
    const { connection, notice, useModel } = this.#parts
    const { opened } = this
    const { lab } = connection
    if (!lab || opened?.kind !== 'known') return false
    this.importing = true
    this.importProblem = ''
    try {
      const { kind, needsModelRate, unknownTones } = opened.content
      if (kind === 'run') {
        const { title } = await lab.importRun({ fileId: opened.file.fileId })
        notice(`The run "${title}" is among your runs.`)
        return true
      }
      const facts =
        unknownTones === 0
          ? {}
          : {
              frequenciesHz: numbersOf(this.frequencies),
              sampleRate: readNumber(this.sampleRate),
              modelRate: needsModelRate ? readNumber(this.modelRate) : undefined
            }
      const model: ModelInfo = await lab.importModel({ fileId: opened.file.fileId, facts })
      await connection.readModels()
      useModel(model.id)
      return true
    } catch (error) {
      this.importProblem = (error as Error).message
      return false
    } finally {
      this.importing = false
    }
  }

  close(): void {
    this.opened = undefined
  }

  async #verify(lab: LabClient, file: GrantedFile): Promise<void> {
    this.verification = { kind: 'running' }
    try {
      const verdict = await lab.verifyEvidence({ jobId: newId('verify'), fileId: file.fileId })
      if (this.opened?.file === file) this.verification = { kind: 'done', verdict }
    } catch (error) {
      if (this.opened?.file === file) this.verification = { kind: 'failed', reason: (error as Error).message }
    }
  }
}

/** At most so long a part of the open signal, from the beginning of what is selected. */
export function sliceRange({ start, end }: SampleRange, sampleRate: number): { start: number; end: number } {
  return { start, end: Math.min(end, start + Math.round(mostSliceSeconds * sampleRate)) }
}

function sliceOf({ slice }: ModelSubject) {
  if (!slice) return null
  const { signalId, channel, frequenciesHz, range, sampleRate } = slice
  return { signalId, channel, frequenciesHz: [...frequenciesHz], ...sliceRange(range, sampleRate) }
}

/** "1, 3, 5" and "1,5; 3" and "1,3,5": a comma is a decimal sign where something else parts the numbers. */
export function numbersOf(text: string): number[] | undefined {
  const plain = text.trim()
  const parts = /[;\s]/.test(plain) ? plain.split(/[;\s]+/).map((part) => part.replace(/,$/, '')) : plain.split(',')
  const numbers = parts.filter((part) => part !== '').map((part) => readNumber(part))
  return numbers.length > 0 && numbers.every((number) => number !== undefined) ? (numbers as number[]) : undefined
}

function savedKindOf(ending: string): SavedKind {
  const last = ending.split('.').pop()
  return savedKinds.find((kind) => kind === last) ?? 'zip'
}
