/**
 * The window's state, put together: what is open, to what it is tuned, what runs, what is compared and measured. Starts
 * with the app and follows the laboratory; each part has its own verbs. Knows nothing of markup.
 */
import type { Layout, MenuGroup, Settings } from '../../contract/app'
import type { SignalInfo } from '../../contract/lab'
import type { Session } from '../../contract/session'
import { About } from './about.svelte'
import type { AppClient, LabClient, TrainingClient } from '../client'
import { Analysis } from './analysis.svelte'
import { Comparing } from './comparing.svelte'
import { Connection } from './connection.svelte'
import { Exporter, type ExportSubject } from './exporter.svelte'
import { History } from './history.svelte'
import { Importing } from './importing.svelte'
import { Jobs } from './jobs.svelte'
import { Listening } from './listening.svelte'
import { Messages } from './messages.svelte'
import { isModelFileName, ModelFiles, type ModelSubject } from './model-files.svelte'
import { Opening } from './opening.svelte'
import type { FrameScheduler } from './picture.svelte'
import { Preferences } from './preferences.svelte'
import { RecentFiles } from './recent-files.svelte'
import { Running } from './running.svelte'
import { restoreSession } from './session'
import { SessionKeeper } from './session-keeper'
import { Theme } from './theme.svelte'
import { Training } from './training.svelte'
import { Tuning } from './tuning.svelte'
import { drawView } from './view-picture'

export type Dialog = 'none' | 'generate' | 'help' | 'palette' | 'export' | 'export-model' | 'about'

export class Workbench {
  readonly connection = new Connection()
  readonly messages = new Messages()
  readonly jobs = new Jobs()
  readonly history = new History()
  readonly preferences: Preferences
  readonly theme: Theme
  /** Keeps what is on the screen for the next start. */
  readonly sessionKeeper: SessionKeeper
  readonly recentFiles: RecentFiles
  readonly exporter: Exporter
  readonly modelFiles: ModelFiles
  readonly about: About
  readonly opening: Opening
  readonly importing: Importing
  readonly running: Running
  readonly tuning: Tuning
  readonly comparing: Comparing
  readonly training: Training
  readonly listening: Listening
  /** What the measuring views read of the stream. */
  readonly analysis: Analysis
  version = $state('')
  electronVersion = $state('')
  dialog = $state<Dialog>('none')
  /** What the dialog of model exports is about, where it is not the model that runs. */
  exported = $state.raw<Pick<ModelSubject, 'id' | 'title'>>()
  readonly #app: AppClient
  /** What stood on the signal of the last time when the program was closed; undefined once that, or another, is open. */
  #toRestore: Session | undefined

  constructor(app: AppClient, schedule: FrameScheduler) {
    this.#app = app
    const { connection, messages, history } = this
    const preferences = new Preferences(app, (message) => messages.notice(message))
    this.preferences = preferences
    this.theme = new Theme(preferences)
    this.sessionKeeper = new SessionKeeper(
      (session) => app.saveSession(session),
      (error) => messages.notice(`The session could not be kept: ${error.message}`)
    )
    this.recentFiles = new RecentFiles(app)
    this.exporter = new Exporter(app, this.jobs)
    this.about = new About(
      app,
      () => connection.lab,
      () => this.training.process.client
    )
    this.running = new Running(
      {
        ...{ connection, messages, preferences, history, signal: () => this.signal?.info },
        channel: () => this.opening.channel
      },
      schedule
    )
    const { running } = this
    this.tuning = new Tuning({
      ...{ connection, messages, running, history, channel: () => this.opening.channel },
      resample: (sampleRate) => this.opening.resampleTo(sampleRate)
    })
    const { tuning } = this
    this.opening = new Opening({
      ...{ app, connection, messages, recentFiles: this.recentFiles },
      run: (lab, signal, onStarted) => this.#run(lab, signal, onStarted),
      onOpened: () => this.#forgetPlaces(),
      onExact: () => running.picture.refresh()
    })
    const { opening } = this
    this.modelFiles = new ModelFiles({
      ...{ app, connection, jobs: this.jobs },
      report: (title, error) => messages.report(title, error),
      notice: (message) => messages.notice(message),
      useModel: (modelId) => void tuning.chooseModel(modelId)
    })
    this.importing = new Importing({
      ...{ app, connection, messages, preferences, opening },
      openModelFile: (file) => void this.modelFiles.open(file)
    })
    this.comparing = new Comparing({ connection, running, tuning })
    this.training = new Training({
      ...{ connection, messages, running, tuning, history, jobs: this.jobs },
      channel: () => opening.channel,
      isInSight: () => preferences.current.layout === 'train',
      packageIndex: () => preferences.current.packageIndex,
      begin: (device = preferences.current.trainingDevice) =>
        app.openTraining({ device, threads: preferences.current.trainingThreads })
    })
    this.listening = new Listening(
      {
        stream: () => running.stream,
        lab: () => connection.lab,
        selector: () => running.selector,
        range: () => running.selection.range ?? running.view.range
      },
      (error) => messages.report('The signal cannot be heard', error)
    )
    this.analysis = new Analysis({
      lab: () => connection.lab,
      stream: () => running.stream,
      selector: () => running.selector,
      ...{ view: running.view, selection: running.selection, preferences }
    })
    app.on('fileGranted', (file) => void this.importing.openFile(file))
    app.on('updateFound', ({ version }) =>
      messages.notice(`Signal Lab ${version} is there; get it where you got this one.`)
    )
    app.on('trainingEnded', ({ reason, restarting }) => this.training.loseProcess(reason, restarting))
    app.on('labSilent', ({ seconds }) => (connection.silentSeconds = seconds))
    app.on('labEnded', ({ reason, restarting }) => {
      connection.lose(reason, restarting)
      // It is back within a second: the reason stays to be read.
      if (restarting) messages.notice(`${reason} Another one was started.`)
      this.jobs.loseAll(reason)
      void opening.microphone.stop()
      running.lose()
    })
  }

  // What most panels read.

  get signal() {
    return this.opening.signal
  }

  get stream() {
    return this.running.stream
  }

  get selector() {
    return this.running.selector
  }

  get model() {
    return this.tuning.model
  }

  get tones() {
    return this.tuning.tones
  }

  get view() {
    return this.running.view
  }

  get screen() {
    return this.running.screen
  }

  get scope() {
    return this.running.scope
  }

  get picture() {
    return this.running.picture
  }

  get cursors() {
    return this.running.cursors
  }

  get selection() {
    return this.running.selection
  }

  /** Settings, versions and the file of the command line; the laboratory may come before or after. */
  async start(): Promise<void> {
    const startup = await this.#app.getStartup(undefined)
    this.version = startup.version
    this.electronVersion = startup.electronVersion
    this.messages.notices = startup.notices
    this.preferences.take(startup.settings)
    if (startup.file && isModelFileName(startup.file.name)) void this.modelFiles.open(startup.file)
    else if (this.opening.knowsWhatComesFirst)
      return // Handed over while main was asked.
    else if (startup.file) this.opening.beginWith({ kind: 'file', file: startup.file })
    else if (startup.session) {
      this.opening.beginWith(startup.session.origin)
      this.#toRestore = startup.session
    }
  }

  /** A laboratory is there, the first or a new one: open what was open, else what comes first. */
  async useLab(lab: LabClient): Promise<void> {
    const { connection, importing, messages, opening } = this
    this.jobs.follow(lab)
    this.running.follow(lab)
    opening.follow(lab)
    try {
      await connection.greet(lab)
    } catch (error) {
      if (lab === connection.lab) this.#labUnusable(error as Error)
      return
    }
    const origin = opening.originToReopen()
    if (origin.kind === 'file' && !origin.choices) await importing.openOrAsk({ kind: 'file', file: origin.file })
    else await opening.reopen(origin)
    // Where this laboratory ended over the signal of the last time, the next one tries once more.
    if (lab !== connection.lab) return
    const session = this.#toRestore
    this.#toRestore = undefined
    if (session) await restoreSession(this, session)
    // A file that cannot be read leaves the bundled mix on the screen, not nothing.
    await opening.settled()
    const unread = messages.problem
    if (!this.signal && lab === connection.lab) {
      await opening.reopen({ kind: 'demo' })
      messages.problem ??= unread
    }
    this.modelFiles.labIsReady()
  }

  /** A training process is there: the first, or one more after its end. */
  useTraining(client: TrainingClient): Promise<void> {
    return this.training.useProcess(client)
  }

  restartLab(): void {
    this.messages.dismissProblem()
    this.connection.lose('It was started anew.', true)
    this.running.lose()
    this.#app.restartLab(undefined).catch((error: Error) => this.#labUnusable(error))
  }

  /** The menu shows these groups; hear the ids of the commands that are chosen from it. */
  useMenu(groups: readonly MenuGroup[], listener: (id: string) => void): () => void {
    const failed = (error: Error) => this.messages.notice(`The menu is missing: ${error.message}`)
    this.#app.showMenu([...groups]).catch(failed)
    return this.#app.on('menuCommand', ({ command }) => listener(command))
  }

  setLayout(layout: Layout): void {
    this.preferences.change({ layout })
  }

  setNumberStyle(numberStyle: Settings['numberStyle']): void {
    this.preferences.change({ numberStyle })
  }

  /** Put a text on the clipboard; false where that failed, which is reported. */
  async copyText(text: string): Promise<boolean> {
    try {
      await this.#app.copyText(text)
      return true
    } catch (error) {
      this.messages.report('The text could not be copied', error as Error)
      return false
    }
  }

  /** What an export would be of; undefined while nothing is open. */
  get exportSubject(): ExportSubject | undefined {
    const [lab, signal, stream] = [this.connection.lab, this.signal, this.stream]
    if (!lab || !signal) return undefined
    return {
      ...{ lab, signal: signal.info, stream: stream?.info, selector: this.selector },
      selection: this.selection.range,
      draw: (kind) => drawView(this.picture.drawn, kind)
    }
  }

  /** Write what the export dialog says. */
  async export(): Promise<void> {
    const subject = this.exportSubject
    this.dialog = 'none'
    if (!subject) return
    try {
      await this.exporter.run(subject)
    } catch (error) {
      this.messages.report('The file could not be written', error as Error)
    }
  }

  /**
   * The model that is exported, by itself the one that runs, and the part of the signal that evidence of it would be
   * about; undefined while there is none.
   */
  get modelSubject(): ModelSubject | undefined {
    const [signal, stream, model] = [this.signal, this.stream, this.exported ?? this.model]
    if (!model) return undefined
    const { id, title } = model
    if (!signal || !stream) return { id, title, slice: null }
    const range = this.selection.range ?? { start: 0, end: signal.info.sampleCount }
    const { frequenciesHz } = stream.info
    const { id: signalId, sampleRate } = signal.info
    return { id, title, slice: { signalId, channel: this.opening.channel, frequenciesHz, sampleRate, range } }
  }

  /** Open the dialog that writes a model or a run ("run:ID"); the model that runs if none is given. */
  openModelExport(exported?: Pick<ModelSubject, 'id' | 'title'>): void {
    this.exported = exported
    const subject = this.modelSubject
    if (!subject) return
    this.dialog = 'export-model'
    void this.modelFiles.look(subject)
  }

  /** Write the model as its dialog says. */
  async exportModel(): Promise<void> {
    const subject = this.modelSubject
    this.dialog = 'none'
    if (subject) await this.modelFiles.write(subject)
  }

  /** Filter a signal by what its tones ask for. */
  async #run(lab: LabClient, signal: SignalInfo, onStarted: () => void): Promise<void> {
    await this.running.begin(lab, signal, this.tuning.startFor(signal), (info) => {
      this.tuning.takeStarted(signal, info)
      onStarted()
    })
    this.tuning.askGuard()
  }

  /** Everything that stands at places of a signal goes with it. */
  #forgetPlaces(): void {
    this.history.clear()
    this.analysis.reset()
    this.running.reset()
  }

  #labUnusable(error: Error): void {
    this.connection.lose(error.message, false)
  }
}
