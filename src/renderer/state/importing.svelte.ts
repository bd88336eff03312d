/**
 * From a file or pasted numbers to a signal: as remembered, as detected, or as the dialog shows it where something is
 * doubtful. Opens nothing itself.
 */
import type { ImportProposal } from '../../contract/lab'
import type { GrantedFile } from '../../contract/session'
import type { AppClient, LabClient } from '../client'
import type { Connection } from './connection.svelte'
import { choicesFit, ImportSession, type ImportSource } from './import-session.svelte'
import type { Messages } from './messages.svelte'
import { isModelFileName } from './model-files.svelte'
import type { Opening } from './opening.svelte'
import type { Preferences } from './preferences.svelte'

export interface ImportingParts {
  readonly app: AppClient
  readonly connection: Connection
  readonly messages: Messages
  readonly preferences: Preferences
  readonly opening: Opening
  /** A model or evidence is no recording. */
  openModelFile(file: GrantedFile): void
}

export class Importing {
  /** The file whose import is being decided on. */
  session = $state.raw<ImportSession>()
  readonly #parts: ImportingParts

  constructor(parts: ImportingParts) {
    this.#parts = parts
  }

  async chooseFile(): Promise<void> {
    const file = await this.#ask()
    if (file) await this.openFile(file)
  }

  /** Choose a file and see how it is read, whatever the settings say. */
  async chooseFileToImport(): Promise<void> {
    const file = await this.#ask()
    if (file) await this.openOrAsk({ kind: 'file', file }, 'ask')
  }

  async #ask(): Promise<GrantedFile | null> {
    const { app, messages } = this.#parts
    try {
      return await app.chooseSignalFile(undefined)
    } catch (error) {
      messages.report('The file dialog could not be shown', error as Error)
      return null
    }
  }

  async openFile(file: GrantedFile): Promise<void> {
    const { connection, opening } = this.#parts
    if (isModelFileName(file.name)) return this.#parts.openModelFile(file)
    // While no laboratory is there the file waits as the first thing to open.
    if (connection.phase.kind !== 'ready') opening.beginWith({ kind: 'file', file })
    else await this.openOrAsk({ kind: 'file', file })
  }

  /** Numbers out of a spreadsheet. */
  async openText(text: string): Promise<void> {
    if (this.#parts.connection.phase.kind === 'ready') await this.openOrAsk({ kind: 'text', text })
  }

  /** What could not be read by its header is shown as samples without one. */
  async openRaw(file: GrantedFile): Promise<void> {
    const { connection, messages } = this.#parts
    const { lab } = connection
    if (!lab) return
    try {
      const proposal = await lab.proposeRawImport({ fileId: file.fileId })
      messages.dismissProblem()
      this.session = new ImportSession(lab, { kind: 'file', file }, proposal)
    } catch (error) {
      messages.report(`${file.name} could not be opened`, error as Error, { remedy: 'open-another' })
    }
  }

  /** Open what the import dialog shows, as it shows it. */
  async open({ source, choices, name, remember, isChanged, proposal }: ImportSession): Promise<void> {
    const { app, messages, opening } = this.#parts
    this.session = undefined
    if (source.kind === 'text') return opening.load({ kind: 'text', text: source.text, choices })
    // What detection gets right by itself needs no memory.
    const isWorthKeeping = remember && (isChanged || proposal.questions.length > 0 || choices.kind === 'raw')
    app
      .rememberImport({ name, choices: isWorthKeeping ? choices : null })
      .catch((error: Error) => messages.notice(`The choices could not be remembered: ${error.message}`))
    await opening.load({ kind: 'file', file: source.file, choices })
  }

  close(): void {
    this.session = undefined
  }

  /** As remembered or as detected; the dialog comes up where something is doubtful, or always if the user wants so. */
  async openOrAsk(source: ImportSource, how: 'by-settings' | 'ask' = 'by-settings'): Promise<void> {
    const { connection, opening } = this.#parts
    const { lab } = connection
    if (!lab) return
    const name = source.kind === 'file' ? source.file.name : 'the pasted numbers'
    await opening.ask(name, (isNewest) => this.#openOrAskNow(lab, source, { name, how, isNewest }))
  }

  async #openOrAskNow(
    lab: LabClient,
    source: ImportSource,
    { name, how, isNewest }: { name: string; how: 'by-settings' | 'ask'; isNewest: () => boolean }
  ): Promise<void> {
    const { app, connection, messages, opening, preferences } = this.#parts
    try {
      const remembered = source.kind === 'file' ? await app.recallImport({ name }) : null
      const proposal =
        source.kind === 'file'
          ? await this.#propose(lab, source.file, remembered?.kind === 'raw')
          : await lab.proposeText({ text: source.text })
      // Something else was asked for while this one was looked at.
      if (!isNewest()) return
      const known = remembered && choicesFit(remembered, proposal) ? remembered : undefined
      const wanted = how === 'ask' ? 'always' : preferences.current.importDialog
      const isDoubtful = proposal.questions.length > 0 && !known
      if (wanted === 'always' || (wanted === 'doubtful' && isDoubtful)) {
        messages.dismissProblem()
        this.session = new ImportSession(lab, source, proposal, known)
      } else if (source.kind === 'file') await opening.load({ ...source, choices: known ?? proposal.choices })
      else await opening.load({ ...source, choices: proposal.choices })
    } catch (error) {
      if (!isNewest()) return
      if (lab !== connection.lab) {
        if (source.kind !== 'file') return
        if (connection.phase.kind === 'ready') return void this.openFile(source.file)
        return opening.tryOnceMore(source)
      }
      if (source.kind === 'text') messages.report('The pasted text holds no signal', error as Error)
      else {
        const part = { remedy: 'open-another', rawFile: source.file } as const
        messages.report(`${name} could not be opened`, error as Error, part)
      }
    }
  }

  /** What is no recording by itself is taken as samples without a header, if files with such names were before. */
  async #propose(lab: LabClient, { fileId }: GrantedFile, wasRaw: boolean): Promise<ImportProposal> {
    try {
      return await lab.proposeImport({ fileId })
    } catch (error) {
      if (!wasRaw) throw error
      return lab.proposeRawImport({ fileId })
    }
  }
}
