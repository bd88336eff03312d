/**
 * The whole screen's state and the verbs of its commands: which signal is open, through which filter it runs, what is
 * selected, and what went wrong. Speaks to the laboratory and to main; knows nothing of markup.
 */
import type { Layout, MenuGroup, Settings } from '../../contract/app'
import type { Cure, ImportChoices, ImportProposal, ModelInfo, RivalChoice, SignalInfo } from '../../contract/lab'
import type { GrantedFile, Session } from '../../contract/session'
import type { AppClient, LabClient } from '../client'
import { formatFrequency } from '../format'
import { Analysis } from './analysis.svelte'
import { Bode } from './bode.svelte'
import { Connection } from './connection.svelte'
import { Cursors } from './cursors.svelte'
import { Exporter, type ExportSubject } from './exporter.svelte'
import type { Recipe } from './generate-form.svelte'
import { Duel } from './duel.svelte'
import { Guard } from './guard.svelte'
import { History, type Change } from './history.svelte'
import { choicesFit, ImportSession, type ImportSource } from './import-session.svelte'
import { Jobs } from './jobs.svelte'
import type { ModelTask } from './lab-job.svelte'
import { Listening } from './listening.svelte'
import { Microphone } from './microphone.svelte'
import { Picture, type FrameScheduler } from './picture.svelte'
import { Preferences } from './preferences.svelte'
import { RecentFiles } from './recent-files.svelte'
import { ScopeOptions } from './scope-options.svelte'
import { restoreSession } from './session'
import { SessionKeeper } from './session-keeper'
import { Screen } from './screen.svelte'
import { Selection } from './selection.svelte'
import { Stream, speeds } from './stream.svelte'
import { Theme } from './theme.svelte'
import { timeStamp } from './time-stamp'
import { nearestStep, timeBaseSteps } from './time-base'
import { Tones, type Tone } from './tones.svelte'
import { mostTones, nudgedTone } from './tone-limits'
import { View } from './view.svelte'
import { paperToneColours, pngOf, viewSvg } from './view-picture'

/** Where a signal came from: enough to open it again in a laboratory that was started anew. */
export type Origin =
  | { kind: 'demo' }
  | { kind: 'file'; file: GrantedFile; choices?: ImportChoices }
  | { kind: 'text'; text: string; choices: ImportChoices }
  | { kind: 'generated'; recipe: Recipe }
  | { kind: 'live' }
  | { kind: 'recorded'; liveId: string; name: string }
  | { kind: 'resampled'; from: Origin; sampleRate: number }

export interface OpenSignal {
  readonly info: SignalInfo
  readonly origin: Origin
  /** The whole record; of a long one a sparse look until all of it was looked through. */
  readonly overview: { min: Float32Array; max: Float32Array; isExact: boolean }
}

/** Something went wrong that the user should know and can do something about. */
export interface Problem {
  readonly title: string
  readonly message: string
  /** Which button stands beside it. */
  readonly remedy: 'open-another' | 'restart' | 'none'
  /** A file that may be read as samples without a header. */
  readonly rawFile?: GrantedFile
}

export type Dialog = 'none' | 'generate' | 'help' | 'palette' | 'export'

const overviewColumns = 2048
/** How often the picture of a record that is still being looked through is read again. */
const overviewMilliseconds = 500

export class Workbench {
  readonly connection = new Connection()
  readonly history = new History()
  readonly preferences: Preferences
  readonly theme: Theme
  readonly picture: Picture
  readonly jobs = new Jobs()
  /** Keeps what is on the screen for the next start. */
  readonly sessionKeeper: SessionKeeper
  readonly microphone: Microphone
  readonly recentFiles: RecentFiles
  readonly exporter: Exporter
  /** The file whose import is being decided on. */
  importing = $state.raw<ImportSession>()
  /** Which channel of the signal is shown and filtered. */
  channel = $state(0)
  /** What part of the record is on the screen, and where the pointer is in it. */
  readonly view: View
  /** What part of the record is looped, measured, exported or trained on. */
  readonly selection = new Selection(() => this.signal?.info.sampleCount ?? 0)
  readonly cursors = new Cursors()
  /** How the scope draws and triggers, and the verbs of its screen. */
  readonly scope: ScopeOptions
  readonly screen: Screen
  readonly tones = new Tones()
  readonly listening: Listening
  /** What the measuring views read of the stream. */
  readonly analysis: Analysis
  readonly duel = new Duel()
  readonly bode = new Bode()
  readonly guard = new Guard()
  /** A model that sees the future and was not run for it: why, and the offer to run it delayed. */
  refusedModel = $state.raw<{ modelId: string; reason: string } | null>(null)
  /** What the layout Compare shows. */
  comparison = $state<'leakage' | 'duel' | 'bode'>('leakage')
  /** The classical filter that runs beside the network. */
  rival = $state.raw<RivalChoice | null>(null)
  version = $state('')
  electronVersion = $state('')
  signal = $state.raw<OpenSignal>()
  stream = $state.raw<Stream>()
  /** What is being opened, in words; null if nothing is. */
  opening = $state<string | null>(null)
  problem = $state.raw<Problem | null>(null)
  notices = $state.raw<readonly string[]>([])
  dialog = $state<Dialog>('none')
  hintVisible = $state(true)
  readonly #app: AppClient
  #modelId: string | undefined
  #counter = 0
  #retuning = false
  #refreshing = false
  #tonesChanged = false
  /** A model that sees the future may lag by as much as it looks ahead: only if the user says so. */
  #delayed = false
  #lastRival: RivalChoice = { id: 'kalman' }
  /** The tones and the wanted model of the newest filter that could be made. */
  #ran: { tones: readonly Tone[]; modelId: string | undefined } = { tones: [], modelId: undefined }
  #firstOrigin: Origin = { kind: 'demo' }
  #loading: Promise<unknown> = Promise.resolve()
  #openRequest = 0
  /** What stood on the first signal when the program was closed; undefined once it is there again. */
  #toRestore: Session | undefined

  readonly model = $derived.by<ModelInfo | undefined>(() => {
    const id = this.stream?.info.modelId
    return this.connection.models.find((model) => model.id === id)
  })
  readonly selectorCount = $derived(Math.min(mostTones, this.stream?.info.frequenciesHz.length ?? 0))
  readonly timeBases = $derived(
    timeBaseSteps(this.signal?.info.sampleRate ?? 1000, this.signal?.info.durationSeconds ?? 10)
  )
  readonly selector = $derived.by(() =>
    Math.min(this.preferences.current.selector, Math.max(0, this.selectorCount - 1))
  )
  readonly timeBaseSeconds = $derived.by(() => this.view.spanSeconds)

  constructor(app: AppClient, schedule: FrameScheduler) {
    this.#app = app
    this.preferences = new Preferences(app, (message) => this.#notice(message))
    this.sessionKeeper = new SessionKeeper(
      (session) => app.saveSession(session),
      (error) => this.#notice(`The session could not be kept: ${error.message}`)
    )
    this.recentFiles = new RecentFiles(app)
    this.exporter = new Exporter(app, this.jobs)
    this.microphone = new Microphone(app, (reason) => {
      this.#notice(reason)
      void this.stopMicrophone()
    })
    this.theme = new Theme(this.preferences)
    this.view = new View(
      {
        sampleRate: () => this.signal?.info.sampleRate ?? 1000,
        sampleCount: () => this.signal?.info.sampleCount ?? 0,
        position: () => this.stream?.position ?? 0,
        timeBases: () => this.timeBases
      },
      () => this.#viewChanged()
    )
    this.scope = new ScopeOptions(this.preferences, () => this.picture.refresh())
    const { view, selection, cursors, scope } = this
    this.screen = new Screen({
      ...{ options: scope, view, cursors, selection, picture: () => this.picture, stream: () => this.stream },
      steer: (action) => this.#steer(action)
    })
    this.picture = new Picture(
      { selector: () => this.selector, view, options: scope, live: this.screen.live },
      schedule,
      (error) => this.#report('The traces could not be read', error)
    )
    this.listening = new Listening(
      {
        stream: () => this.stream,
        lab: () => this.connection.lab,
        selector: () => this.selector,
        range: () => this.selection.range ?? this.view.range
      },
      (error) => this.#report('The signal cannot be heard', error)
    )
    this.analysis = new Analysis({
      lab: () => this.connection.lab,
      stream: () => this.stream,
      selector: () => this.selector,
      ...{ view: this.view, selection: this.selection, preferences: this.preferences }
    })
    app.on('fileGranted', (file) => void this.openFile(file))
    app.on('labSilent', ({ seconds }) => (this.connection.silentSeconds = seconds))
    app.on('labEnded', ({ reason, restarting }) => {
      this.connection.lose(reason, restarting)
      this.jobs.loseAll(reason)
      void this.microphone.stop()
      this.stream = undefined
    })
  }

  /** Settings, versions and the file of the command line; the laboratory may come before or after. */
  async start(): Promise<void> {
    const startup = await this.#app.getStartup(undefined)
    this.version = startup.version
    this.electronVersion = startup.electronVersion
    this.notices = startup.notices
    this.preferences.take(startup.settings)
    if (startup.file) this.#firstOrigin = { kind: 'file', file: startup.file }
    else if (startup.session) {
      this.#firstOrigin = startup.session.origin
      this.#toRestore = startup.session
    }
  }

  /** A laboratory is there, the first or a new one: open what was open, else what comes first. */
  async useLab(lab: LabClient): Promise<void> {
    this.jobs.follow(lab)
    lab.on('streamAdvanced', (event) => {
      if (event.streamId !== this.stream?.info.streamId || lab !== this.connection.lab) return
      this.stream.onAdvanced(event)
      this.picture.onAdvanced()
    })
    lab.on('signalChanged', (info) => void this.#takeKnownBetter(lab, info))
    lab.on('signalFailed', ({ signalId, message }) => {
      if (signalId !== this.signal?.info.id) return
      this.#report(`${this.signal.info.name} could not be read to its end`, new Error(message), 'open-another')
    })
    lab.on('pictureAdvanced', ({ signalId }) => {
      if (signalId === this.signal?.info.id) void this.#refreshOverview(lab)
    })
    lab.on('streamFailed', ({ streamId, message }) => {
      if (streamId === this.stream?.info.streamId) {
        this.problem = { title: 'The filter stopped', message, remedy: 'restart' }
      }
    })
    try {
      await this.connection.greet(lab)
    } catch (error) {
      if (lab === this.connection.lab) this.#labUnusable(error as Error)
      return
    }
    const origin = this.#originToReopen()
    if (origin.kind === 'file' && !origin.choices) await this.#openOrAsk({ kind: 'file', file: origin.file })
    else await this.#load(origin)
    const session = this.#toRestore
    this.#toRestore = undefined
    if (session && this.signal) await restoreSession(this, session)
    // A file that cannot be read leaves the bundled mix on the screen, not nothing.
    const unread = this.problem
    if (!this.signal && lab === this.connection.lab) {
      await this.#load({ kind: 'demo' })
      this.problem ??= unread
    }
  }

  /** The menu shows these groups; hear the ids of the commands that are chosen from it. */
  useMenu(groups: readonly MenuGroup[], listener: (id: string) => void): () => void {
    this.#app.showMenu([...groups]).catch((error: Error) => this.#notice(`The menu is missing: ${error.message}`))
    return this.#app.on('menuCommand', ({ command }) => listener(command))
  }

  /** The model that the user chose; undefined where the app chose it. */
  get wantedModelId(): string | undefined {
    return this.#modelId
  }

  // Signals

  async chooseFile(): Promise<void> {
    try {
      const file = await this.#app.chooseSignalFile(undefined)
      if (file) await this.openFile(file)
    } catch (error) {
      this.#report('The file dialog could not be shown', error as Error)
    }
  }

  async openFile(file: GrantedFile): Promise<void> {
    // Before the laboratory is there the file waits as the first thing to open.
    if (this.connection.phase.kind !== 'ready') this.#firstOrigin = { kind: 'file', file }
    else await this.#openOrAsk({ kind: 'file', file })
  }

  /** Choose a file and see how it is read, whatever the settings say. */
  async chooseFileToImport(): Promise<void> {
    try {
      const file = await this.#app.chooseSignalFile(undefined)
      if (file) await this.#openOrAsk({ kind: 'file', file }, 'ask')
    } catch (error) {
      this.#report('The file dialog could not be shown', error as Error)
    }
  }

  /** Numbers out of a spreadsheet. */
  async openText(text: string): Promise<void> {
    if (this.connection.phase.kind === 'ready') await this.#openOrAsk({ kind: 'text', text })
  }

  /** What could not be read by its header is shown as samples without one. */
  async openRaw(file: GrantedFile): Promise<void> {
    const lab = this.connection.lab
    if (!lab) return
    try {
      const proposal = await lab.proposeRawImport({ fileId: file.fileId })
      this.problem = null
      this.importing = new ImportSession(lab, { kind: 'file', file }, proposal)
    } catch (error) {
      this.#report(`${file.name} could not be opened`, error as Error, 'open-another')
    }
  }

  /** Open what the import dialog shows, as it shows it. */
  async openImport({ source, choices, name, remember, isChanged, proposal }: ImportSession): Promise<void> {
    this.importing = undefined
    if (source.kind === 'text') return this.#load({ kind: 'text', text: source.text, choices })
    // What detection gets right by itself needs no memory.
    const isWorthKeeping = remember && (isChanged || proposal.questions.length > 0 || choices.kind === 'raw')
    this.#app
      .rememberImport({ name, choices: isWorthKeeping ? choices : null })
      .catch((error: Error) => this.#notice(`The choices could not be remembered: ${error.message}`))
    await this.#load({ kind: 'file', file: source.file, choices })
  }

  closeImport(): void {
    this.importing = undefined
  }

  /** Show and filter another channel of the open signal. */
  async setChannel(channel: number): Promise<void> {
    const [lab, signal] = [this.connection.lab, this.signal]
    if (!lab || !signal || channel === this.channel) return
    const before = this.channel
    this.channel = channel
    try {
      await this.#restart(lab, signal.info)
    } catch (error) {
      this.channel = before
      this.#report('This channel cannot be filtered', error as Error)
    }
  }

  /** Mix all channels of the open file to one, or take them apart again. */
  async setMonoMix(monoMix: boolean): Promise<void> {
    const [origin, choices] = [this.signal?.origin, this.signal?.info.choices]
    if ((origin?.kind !== 'file' && origin?.kind !== 'text') || !choices) return
    await this.#load({ ...origin, choices: { ...choices, monoMix } })
  }

  // Export

  /** What an export would be of; undefined while nothing is open. */
  get exportSubject(): ExportSubject | undefined {
    const [lab, signal, stream] = [this.connection.lab, this.signal, this.stream]
    if (!lab || !signal) return undefined
    return {
      ...{ lab, signal: signal.info, stream: stream?.info, selector: this.selector },
      selection: this.selection.range,
      draw: (kind) => this.#drawView(kind)
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
      this.#report('The file could not be written', error as Error)
    }
  }

  /** Record; what is heard is the open signal, and the filter follows it. */
  async startMicrophone(): Promise<void> {
    const lab = this.connection.lab
    if (!lab || this.microphone.state.kind !== 'off') return
    await this.#load({ kind: 'live' })
    const timer = setInterval(() => {
      if (this.microphone.state.kind !== 'live') clearInterval(timer)
      else void this.#refreshOverview(lab)
    }, 1000)
  }

  /** End the recording and keep what the microphone heard as the open signal. */
  async stopMicrophone(): Promise<void> {
    const { state } = this.microphone
    await this.microphone.stop()
    const live = this.signal?.origin.kind === 'live' ? this.signal.info : undefined
    if (!live) return
    const startedAt = state.kind === 'live' ? state.startedAtMilliseconds : undefined
    await this.#load({ kind: 'recorded', liveId: live.id, name: `${live.name} ${timeStamp(startedAt)}` })
  }

  openDemo(): Promise<void> {
    return this.#load({ kind: 'demo' })
  }

  generate(recipe: Recipe): Promise<void> {
    return this.#load({ kind: 'generated', recipe })
  }

  /** A model with fixed frequencies brings them along; one that takes any leaves the tones as the signal says. */
  async chooseModel(modelId: string, delayed = false): Promise<void> {
    const model = this.connection.models.find(({ id }) => id === modelId)
    if (!model || !this.stream || (modelId === this.model?.id && !delayed)) return
    this.#modelId = modelId
    this.#delayed = delayed
    this.refusedModel = null
    if (model.selects === 'fixed') this.tones.takeFromModel(model.frequenciesHz)
    else if (this.tones.list.some(({ origin }) => origin === 'model')) this.tones.reset()
    await this.#retune('This model cannot run on this signal', model)
  }

  // Tones

  /** Give a selector another frequency; undefined if it takes it, else the sentence that says why not. */
  setFrequency(selector: number, hertz: number): string | undefined {
    const problem = this.tones.problemOf(selector, hertz)
    if (problem !== undefined) return problem
    this.#changeTones(`Set tone ${selector + 1} to ${formatFrequency(hertz)}`, () => this.tones.set(selector, hertz), {
      mergeKey: `tone-${selector}`
    })
    return undefined
  }

  /** So many of its steps up or down, as far as it can go. */
  nudgeFrequency(selector: number, steps: number): string | undefined {
    const hertz = this.tones.frequenciesHz[selector]
    return hertz === undefined ? undefined : this.setFrequency(selector, nudgedTone(hertz, steps))
  }

  clearTone(selector: number): void {
    if (this.tones.list.length > 1) this.#changeTones(`Clear tone ${selector + 1}`, () => this.tones.remove(selector))
  }

  /** The tones as they were when the signal was opened. */
  resetTones(): void {
    this.#changeTones('Reset the tones', () => this.tones.reset())
  }

  /** Look for tones in what the screen shows; false where there are none, and the selectors stay as they are. */
  async findTones(): Promise<boolean> {
    const [lab, stream] = [this.connection.lab, this.stream]
    if (!lab || !stream) return false
    try {
      const { id, sampleCount } = stream.signal
      const { start, end } = this.view.range
      const range = { startSample: Math.max(0, Math.floor(start)), endSample: Math.min(sampleCount, Math.ceil(end)) }
      const found = await lab.findTones({ signalId: id, channel: this.channel, ...range })
      if (found.length === 0 || stream !== this.stream) return false
      this.#changeTones('Find tones', () => this.tones.takeFound(found))
      return true
    } catch (error) {
      this.#report('The tones could not be looked for', error as Error)
      return false
    }
  }

  /** What the domain guard offers, with one click. Training has no click: its command is shown. */
  async applyCure(cure: Cure): Promise<void> {
    const { signal, model } = this
    if (cure.kind === 'run-delayed' && model) await this.chooseModel(model.id, true)
    if (cure.kind === 'resample' && signal) {
      const from = signal.origin.kind === 'resampled' ? signal.origin.from : signal.origin
      if (from.kind === 'live' || from.kind === 'recorded') {
        const advice = 'Export it as a file, and open that.'
        this.#report('What the microphone gave cannot be resampled here', new Error(advice))
      } else await this.#load({ kind: 'resampled', from, sampleRate: cure.sampleRate })
    }
    if (cure.kind === 'use-universal') {
      // The wish for another model ends; where these tones would bring that model back, the cure is a wish itself.
      this.#modelId = undefined
      this.#changeTones('Use the universal filter', () => {
        this.tones.takeFrequencies(cure.frequenciesHz)
        const model = chooseModel(
          this.connection.models,
          undefined,
          this.tones.list,
          this.stream?.signal.sampleRate ?? 0
        )
        if (model?.id !== cure.modelId) this.#modelId = cure.modelId
      })
    }
  }

  // Comparing

  /** Run a classical filter beside the network, or none; undefined if it does, else the sentence that says why not. */
  async chooseRival(rival: RivalChoice | null): Promise<string | undefined> {
    const stream = this.stream
    const before = this.rival
    if (!stream) return 'No filter is running.'
    this.rival = rival
    try {
      await this.#retuneOnce(stream)
      if (rival) this.#lastRival = rival
      return undefined
    } catch (error) {
      this.rival = before
      return (error as Error).message
    }
  }

  /** The rival of the last time, on or off. */
  async toggleRival(): Promise<void> {
    const problem = await this.chooseRival(this.rival === null ? this.#lastRival : null)
    if (problem !== undefined) this.#report('This rival cannot run here', new Error(problem))
  }

  /** Who would be measured now, and over which tones; undefined while no filter runs. */
  readonly duelTask = $derived(this.#taskOf(this.duel.modelId))
  readonly bodeTask = $derived(this.#taskOf(this.bode.modelId))

  #taskOf(modelId: string | undefined): ModelTask | undefined {
    const model = this.connection.models.find(({ id }) => id === modelId) ?? this.model
    if (!model || !this.stream) return undefined
    const { sampleRate } = this.stream.signal
    // A model that takes any rate is measured at the signal's.
    const own = { frequenciesHz: [...model.frequenciesHz], sampleRate: model.sampleRate || sampleRate }
    const task = model.selects === 'fixed' ? own : { frequenciesHz: [...this.tones.frequenciesHz], sampleRate }
    return { modelId: model.id, ...task }
  }

  startDuel(): void {
    if (this.connection.lab && this.duelTask) void this.duel.start(this.connection.lab, this.duelTask)
  }

  cancelDuel(): void {
    if (this.connection.lab) this.duel.cancel(this.connection.lab)
  }

  startBode(): void {
    if (this.connection.lab && this.bodeTask) void this.bode.start(this.connection.lab, this.bodeTask)
  }

  cancelBode(): void {
    if (this.connection.lab) this.bode.cancel(this.connection.lab)
  }

  /** Put a text on the clipboard; false where that failed, which is reported. */
  async copyText(text: string): Promise<boolean> {
    try {
      await this.#app.copyText(text)
      return true
    } catch (error) {
      this.#report('The text could not be copied', error as Error)
      return false
    }
  }

  // Running

  toggleRunning(): void {
    this.#steer((stream) => stream.setRunning(!stream.running))
  }

  setSpeed(speed: number): void {
    this.#steer((stream) => stream.setSpeed(speed))
  }

  changeSpeed(direction: -1 | 1): void {
    const index = speeds.indexOf(this.stream?.speed as (typeof speeds)[number])
    const next = speeds[index + direction]
    if (next !== undefined) this.setSpeed(next)
  }

  toggleLoop(): void {
    const loop = !this.preferences.current.loop
    this.preferences.change({ loop })
    this.#steer((stream) => stream.setLoop(loop))
  }

  /** Pause and move by a tenth of the screen. */
  step(direction: -1 | 1): void {
    this.#steer(async (stream) => {
      if (stream.running) await stream.setRunning(false)
      await this.#seekBy(stream, direction * 0.1)
    })
  }

  /** Move by a part of the screen's width, running or not: the place, or the view where the user holds it. */
  scrub(screens: number): void {
    if (this.view.following) this.#steer((stream) => this.#seekBy(stream, screens))
    else this.view.panScreens(screens)
  }

  toStart(): void {
    this.seek(0)
    if (!this.view.following) this.view.toStart()
  }

  seek(sample: number): void {
    this.#steer((stream) => stream.seek(sample, this.timeBaseSeconds * stream.signal.sampleRate))
  }

  // View

  select(selector: number): void {
    if (selector >= this.selectorCount) return
    this.hintVisible = false
    this.preferences.change({ selector })
    this.picture.refresh()
  }

  setTimeBase(timeBaseSeconds: number): void {
    this.view.endMove()
    this.view.setSpan(timeBaseSeconds)
  }

  changeTimeBase(direction: -1 | 1): void {
    this.view.zoomStep(direction)
  }

  setLayout(layout: Layout): void {
    this.preferences.change({ layout })
  }

  setNumberStyle(numberStyle: Settings['numberStyle']): void {
    this.preferences.change({ numberStyle })
  }

  dismissProblem(): void {
    this.problem = null
  }

  dismissNotice(notice: string): void {
    this.notices = this.notices.filter((other) => other !== notice)
  }

  restartLab(): void {
    this.problem = null
    this.connection.lose('It was started anew.', true)
    this.stream = undefined
    this.#app.restartLab(undefined).catch((error: Error) => this.#labUnusable(error))
  }

  /** One signal is opened at a time, in the order in which they were asked for: the last one is the one that stays. */
  #load(origin: Origin): Promise<void> {
    const loaded = this.#loading.then(() => this.#loadNow(origin))
    this.#loading = loaded.catch(() => undefined)
    return loaded
  }

  /** Open a signal and run it; the one before stays if anything fails on the way. */
  async #loadNow(origin: Origin): Promise<void> {
    const lab = this.connection.lab
    if (!lab) return
    if (origin.kind !== 'recorded') await this.microphone.stop()
    this.opening = nameOf(origin)
    const channelBefore = this.channel
    const signalId = this.#newId('signal')
    try {
      const info = await this.#open(lab, signalId, origin)
      if (!info) return
      const columns = Math.min(overviewColumns, info.sampleCount)
      const overview = await lab.readOverview({ signalId, channel: 0, columns })
      this.channel = 0
      const before = this.signal
      await this.#startStream(lab, info, this.#modelId, () => this.#takeSignal({ info, origin, overview }))
      this.problem = null
      if (origin.kind === 'file') void this.recentFiles.note(origin.file.fileId).catch(() => undefined)
      if (!overview.isExact) void this.#sharpenOverview(lab, signalId, columns)
      if (before) lab.closeSignal({ signalId: before.info.id }).catch(() => undefined)
    } catch (error) {
      this.channel = channelBefore
      if (origin.kind === 'live') await this.microphone.stop()
      lab.closeSignal({ signalId }).catch(() => undefined)
      if (lab !== this.connection.lab) return // Its end is reported by main.
      const title =
        origin.kind === 'file'
          ? `${origin.file.name} could not be opened`
          : origin.kind === 'live'
            ? 'The microphone could not be used'
            : 'The signal could not be opened'
      this.#report(
        title,
        error as Error,
        origin.kind === 'file' || origin.kind === 'generated' ? 'open-another' : 'none'
      )
    } finally {
      this.opening = null
    }
  }

  /** The record grows while it is made. */
  async #refreshOverview(lab: LabClient): Promise<void> {
    const signal = this.signal
    if (!signal || this.#refreshing) return
    this.#refreshing = true
    try {
      const columns = Math.min(overviewColumns, signal.info.sampleCount)
      const overview = await lab.readOverview({ signalId: signal.info.id, channel: this.channel, columns })
      if (signal === this.signal) this.signal = { ...signal, overview }
    } catch {
      // The signal was closed meanwhile.
    } finally {
      this.#refreshing = false
    }
  }

  /** Undefined where the user thought better of it. */
  #open(lab: LabClient, signalId: string, origin: Origin): Promise<SignalInfo | undefined> {
    switch (origin.kind) {
      case 'demo':
        return lab.openDemo({ signalId })
      case 'file':
        return lab.openSignal({ signalId, fileId: origin.file.fileId, choices: origin.choices })
      case 'text':
        return lab.openText({ signalId, text: origin.text, choices: origin.choices })
      case 'generated':
        return lab.generateSignal({ signalId, ...origin.recipe })
      case 'live':
        return this.microphone.start(lab, signalId)
      case 'recorded':
        return lab.keepLiveSource({ signalId: origin.liveId, keptId: signalId, name: origin.name })
      case 'resampled':
        return this.#openResampled(lab, signalId, origin)
    }
  }

  /** From the beginning, so that it can be done again in a laboratory that was started anew. */
  async #openResampled(
    lab: LabClient,
    signalId: string,
    { from, sampleRate }: Extract<Origin, { kind: 'resampled' }>
  ): Promise<SignalInfo | undefined> {
    const fromSignalId = `${signalId}-before`
    if (!(await this.#open(lab, fromSignalId, from))) return undefined
    try {
      return await lab.resampleSignal({ signalId, fromSignalId, sampleRate })
    } finally {
      lab.closeSignal({ signalId: fromSignalId }).catch(() => undefined)
    }
  }

  /** What was open, for a new laboratory. A recording was in the memory of the one that ended. */
  #originToReopen(): Origin {
    const origin = this.signal?.origin ?? this.#firstOrigin
    if (origin.kind !== 'live' && origin.kind !== 'recorded') return origin
    this.#notice('The recording was lost when the laboratory ended; the bundled mix is open instead.')
    return { kind: 'demo' }
  }

  /** As remembered or as detected; the dialog comes up where something is doubtful, or always if the user wants so. */
  async #openOrAsk(source: ImportSource, how: 'by-settings' | 'ask' = 'by-settings'): Promise<void> {
    const lab = this.connection.lab
    if (!lab) return
    const name = source.kind === 'file' ? source.file.name : 'the pasted numbers'
    const request = (this.#openRequest += 1)
    this.opening = name
    try {
      const remembered = source.kind === 'file' ? await this.#app.recallImport({ name }) : null
      const proposal =
        source.kind === 'file'
          ? await this.#propose(lab, source.file, remembered?.kind === 'raw')
          : await lab.proposeText({ text: source.text })
      // Something else was asked for while this one was looked at.
      if (request !== this.#openRequest) return
      const known = remembered && choicesFit(remembered, proposal) ? remembered : undefined
      const wanted = how === 'ask' ? 'always' : this.preferences.current.importDialog
      const isDoubtful = proposal.questions.length > 0 && !known
      if (wanted === 'always' || (wanted === 'doubtful' && isDoubtful)) {
        this.problem = null
        this.importing = new ImportSession(lab, source, proposal, known)
      } else if (source.kind === 'file') await this.#load({ ...source, choices: known ?? proposal.choices })
      else await this.#load({ ...source, choices: proposal.choices })
    } catch (error) {
      if (lab !== this.connection.lab || request !== this.#openRequest) return
      const title = source.kind === 'file' ? `${name} could not be opened` : 'The pasted text holds no signal'
      this.#report(title, error as Error, source.kind === 'file' ? 'open-another' : 'none')
      if (source.kind === 'file' && this.problem) this.problem = { ...this.problem, rawFile: source.file }
    } finally {
      if (request === this.#openRequest) this.opening = null
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

  /** A long table was read to its end: its length and rate are known now. */
  async #takeKnownBetter(lab: LabClient, info: SignalInfo): Promise<void> {
    if (info.id !== this.signal?.info.id) return
    try {
      await this.#restart(lab, info)
    } catch (error) {
      this.#report(`${info.name} cannot be filtered`, error as Error)
    }
  }

  /** Run the open signal anew: by another channel, or known better. */
  async #restart(lab: LabClient, info: SignalInfo): Promise<void> {
    const columns = Math.min(overviewColumns, info.sampleCount)
    const overview = await lab.readOverview({ signalId: info.id, channel: this.channel, columns })
    const origin = this.signal?.origin
    if (!origin || info.id !== this.signal?.info.id) return
    await this.#startStream(lab, info, this.#modelId, () => (this.signal = { info, origin, overview }))
  }

  async #drawView(kind: 'png' | 'svg'): Promise<Uint8Array> {
    const { drawn } = this.picture
    if (!drawn || drawn.layers.length === 0) throw new Error('There is no picture yet.')
    const hertz = drawn.stream.info.frequenciesHz[drawn.selector]
    const svg = viewSvg(drawn, {
      sampleRate: drawn.stream.signal.sampleRate,
      toneTitle: `tone ${drawn.selector + 1}, ${formatFrequency(hertz)}`,
      toneColour: paperToneColours[drawn.selector % paperToneColours.length]
    })
    return kind === 'svg' ? new TextEncoder().encode(svg) : pngOf(svg)
  }

  /** Run a signal through a model; the stream before goes on until the new one is there. */
  async #startStream(lab: LabClient, signal: SignalInfo, modelId: string | undefined, onStarted: () => void) {
    const wanted = new Tones()
    wanted.assign(signal)
    const model = chooseModel(this.connection.models, modelId, wanted.list, signal.sampleRate)
    if (!model) throw new Error(noModel)
    const before = this.stream
    const start = { running: true, loop: this.preferences.current.loop, speed: 1 }
    const info = await lab.startStream({
      streamId: this.#newId('stream'),
      signalId: signal.id,
      channel: this.channel,
      modelId: model.id,
      frequenciesHz: wanted.frequenciesHz,
      rival: this.rival ?? undefined,
      startSample: 0,
      ...start
    })
    this.tones.assign(signal)
    this.tones.snapTo(info.frequenciesHz)
    this.#ran = { tones: this.tones.list, modelId }
    this.stream = new Stream(lab, info, signal, start)
    onStarted()
    this.picture.follow(lab, this.stream)
    void this.guard.ask(lab, this.stream, this.channel)
    if (before) lab.stopStream({ streamId: before.info.streamId }).catch(() => undefined)
  }

  /** Read the picture of a long record again until it is exact, or another signal is open. */
  async #sharpenOverview(lab: LabClient, signalId: string, columns: number): Promise<void> {
    for (let isExact = false; !isExact;) {
      await new Promise((resolve) => setTimeout(resolve, overviewMilliseconds))
      if (this.signal?.info.id !== signalId) return
      // A laboratory that ended is reported by main.
      const overview = await lab.readOverview({ signalId, channel: 0, columns }).catch(() => undefined)
      if (!overview || this.signal?.info.id !== signalId) return
      this.signal = { ...this.signal, overview }
      isExact = overview.isExact
    }
    this.picture.refresh()
  }

  #viewChanged(): void {
    const { view, stream } = this
    if (view.following && view.spanSeconds !== this.preferences.current.timeBaseSeconds) {
      this.preferences.change({ timeBaseSeconds: view.spanSeconds })
    }
    // While it runs a wider window fills by itself; a still picture is filtered again where it was not.
    if (view.following && stream && !stream.running) this.seek(stream.place)
    else this.picture.refresh()
  }

  /** Everything that stands at places of the signal goes with it. */
  #takeSignal(signal: OpenSignal): void {
    this.signal = signal
    this.history.clear()
    this.selection.clear()
    this.cursors.reset()
    this.analysis.reset()
    this.screen.reset()
    this.view.reset(nearestStep(this.timeBases, this.preferences.current.timeBaseSeconds))
  }

  #changeTones(title: string, change: () => void, part: Pick<Change, 'mergeKey'> = {}): void {
    const before = this.tones.list
    change()
    const after = this.tones.list
    const show = (list: readonly Tone[]) => () => {
      this.tones.list = list
      void this.#retune()
    }
    this.history.add({ title, undo: show(before), redo: show(after), ...part })
    void this.#retune()
  }

  /** Let the stream follow tones and model. One change is under way at a time; of several that wait only the newest. */
  async #retune(failure = 'These tones cannot be filtered', wanted?: ModelInfo): Promise<void> {
    this.#tonesChanged = true
    if (this.#retuning) return
    this.#retuning = true
    const stream = this.stream
    try {
      while (stream && this.#tonesChanged) {
        this.#tonesChanged = false
        await this.#retuneOnce(stream)
        if (stream !== this.stream) break
        this.problem = null
      }
    } catch (error) {
      if (stream !== this.stream) return
      // What ran goes on: the selectors must not show what is not filtered.
      this.tones.list = this.#ran.tones
      this.#modelId = this.#ran.modelId
      if (wanted && !wanted.causal && !this.#delayed)
        this.refusedModel = { modelId: wanted.id, reason: (error as Error).message }
      else this.#report(failure, error as Error)
    } finally {
      this.#retuning = false
    }
  }

  /** Tones, model and rival as they are wanted now, at the same place of the same stream. */
  async #retuneOnce(stream: Stream): Promise<void> {
    const { list, frequenciesHz } = this.tones
    const modelId = this.#modelId
    const model = chooseModel(this.connection.models, modelId, list, stream.signal.sampleRate)
    if (!model) throw new Error(noModel)
    await stream.retune({
      ...{ modelId: model.id, frequenciesHz, rival: this.rival ?? undefined, delayed: this.#delayed },
      historySamples: this.timeBaseSeconds * stream.signal.sampleRate
    })
    if (stream !== this.stream) return
    if (!this.#tonesChanged) this.tones.snapTo(stream.info.frequenciesHz)
    this.#ran = { tones: this.tones.list, modelId }
    this.picture.refresh()
    if (this.connection.lab) void this.guard.ask(this.connection.lab, stream, this.channel)
  }

  #seekBy(stream: Stream, screens: number): Promise<void> {
    const width = this.timeBaseSeconds * stream.signal.sampleRate
    return stream.seek(stream.place + screens * width, width)
  }

  #steer(action: (stream: Stream) => Promise<void>): void {
    const stream = this.stream
    if (!stream) return
    action(stream).catch((error: Error) => {
      if (stream === this.stream) this.#report('The filter could not be steered', error)
    })
  }

  #labUnusable(error: Error): void {
    this.connection.lose(error.message, false)
  }

  #report(title: string, error: Error, remedy: Problem['remedy'] = 'none'): void {
    this.problem = { title, message: error.message, remedy }
  }

  #notice(message: string): void {
    if (!this.notices.includes(message)) this.notices = [...this.notices, message]
  }

  #newId(kind: string): string {
    this.#counter += 1
    return `${kind}-${this.#counter}-${Date.now().toString(36)}`
  }
}

function nameOf(origin: Origin): string {
  switch (origin.kind) {
    case 'demo':
      return 'the bundled mix'
    case 'file':
      return origin.file.name
    case 'text':
      return 'the pasted numbers'
    case 'generated':
      return 'a new mix'
    case 'live':
      return 'the microphone'
    case 'recorded':
      return origin.name
    case 'resampled':
      return nameOf(origin.from)
  }
}

const noModel = 'There is no model in the library; the installation is incomplete. Install the app anew.'

/**
 * The model that the user wants if it answers these tones, else one that was trained for exactly them, the default
 * first, else one that takes any.
 */
export function chooseModel(
  models: readonly ModelInfo[],
  wanted: string | undefined,
  tones: readonly Tone[],
  sampleRate: number
): ModelInfo | undefined {
  const answering = models.filter((model) => answers(model, tones))
  const fitting = answering.filter((model) => model.selects === 'fixed' && takesRate(model, sampleRate))
  return (
    answering.find(({ id }) => id === wanted) ??
    fitting.find(({ isDefault }) => isDefault) ??
    fitting[0] ??
    answering.find(({ selects }) => selects === 'any') ??
    models.find(({ isDefault }) => isDefault) ??
    models[0]
  )
}

/** A fixed model answers tones that are its own, selector by selector; a found peak can be a little beside one. */
function answers(model: ModelInfo, tones: readonly Tone[]): boolean {
  if (model.selects === 'any') return true
  return (
    model.frequenciesHz.length === tones.length &&
    tones.every(({ frequencyHz, origin }, selector) => {
      const tolerance = origin === 'found' ? Math.min(0.06, 0.05 * frequencyHz) : 1e-4 * frequencyHz
      return Math.abs(model.frequenciesHz[selector] - frequencyHz) <= tolerance
    })
  )
}

function takesRate(model: ModelInfo, sampleRate: number): boolean {
  if (model.modelRate > 0) return sampleRate >= model.modelRate
  return model.sampleRate === 0 || model.sampleRate === sampleRate
}
