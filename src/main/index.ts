/**
 * The main process, in the order in which things happen. It hosts: windows, dialogs, settings, and the laboratory
 * process, whose port it hands to the page. Samples never come through here.
 */
import type { BrowserWindow } from 'electron'
import { app, clipboard, crashReporter, dialog, ipcMain, nativeTheme, session, systemPreferences } from 'electron'
import { rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { app as appContract, type AppContract, type AppReply, type MenuGroup } from '../contract/app'
import type { GrantedFile, Session } from '../contract/session'
import { atMostPending, errorToData, type EventOf, type Handlers } from '../contract/define'
import { serveAppFiles } from './app-files'
import { declareAppProtocol, registerAppProtocol } from './app-protocol'
import { openWindow } from './app-window'
import { endWithSystem, endWithWindowsSession } from './end-with-system'
import { libraryFor } from './gpu-library'
import { GrantedFiles, filesFromArguments } from './granted-files'
import { importFile, ImportMemory } from './import-memory'
import { JsonStore } from './json-store'
import { forkHosted } from './hosted-process'
import { HostedService } from './hosted-service'
import { commandLineOf, refusedOption } from './launch-arguments'
import { foldersOf, sweepLeftovers } from './leftovers'
import { Log } from './log'
import { setMenu } from './menu'
import { MicrophonePermission } from './microphone-permission'
import { describeProgram, logFolder, readLicences } from './program'
import { recentFile, RecentFiles } from './recent-files'
import { runCommandLine } from './run-command-line'
import { askForSavePath } from './save-dialog'
import { isTrustedSender } from './sender'
import { fromStored, sessionFile, toStored } from './session-file'
import { SessionTrial, sessionTrialFile } from './session-trial'
import { guardContents, guardSession } from './session-guard'
import { settingsFile, systemTheme } from './settings'
import { lookForUpdate } from './updates'
import { TrainingHost } from './training-host'
import { hearUnexpected, ignoreClosedOutputs } from './unexpected'
import { usableUserFolder } from './user-folder'

ignoreClosedOutputs([process.stdout, process.stderr])
const diagnostics = app.commandLine.hasSwitch('diagnostics')

const chosenUserData = app.commandLine.getSwitchValue('user-data-dir')
if (chosenUserData) app.setPath('userData', resolve(chosenUserData))
/** What is shipped: beside the archive in an installed program, in the clone otherwise. */
const resources = join(app.isPackaged ? process.resourcesPath : app.getAppPath(), 'resources')
const commandLine = commandLineOf(process.argv)
const refused = app.isPackaged ? refusedOption(process.argv) : undefined
const filesAtStart = filesFromArguments(process.argv, process.cwd(), app.getAppPath())
/** Where files go that the system hands over; before the window is there they are the first to open. */
let takeFile = (path: string): void => void filesAtStart.unshift(path)
/** Put the window, once there is one, in front of others. */
let comeForward = (): void => {}
// macOS has no arguments for them; the event may come before the app is ready.
app.on('open-file', (event, path) => {
  event.preventDefault()
  takeFile(path)
})

if (refused) {
  process.stderr.write(`Signal Lab does not start with ${refused}; add --diagnostics if you mean it.\n`)
  app.exit(2)
} else if (commandLine) {
  runCommandLine(commandLine, resources).catch((error: Error) => {
    process.stderr.write(`siglab could not start: ${error.message}\n`)
    app.exit(1)
  })
} else {
  startWindow().catch(cannotStart)
}

async function startWindow(): Promise<void> {
  // Its lock lies in the user's folder, as Chromium's own files do.
  const { path, notice } = usableUserFolder(app.getPath('userData'))
  app.setPath('userData', path)
  // Chromium alone writes after it: a few small files stay.
  if (notice !== undefined) process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  if (!app.requestSingleInstanceLock({ files: filesAtStart })) return app.exit(0)
  // Before anything is waited for: the others end once they have handed over what they had.
  app.on('second-instance', (_event, _argv, _workingFolder, data) => {
    comeForward()
    const handedOver = (data as { files?: string[] } | undefined)?.files ?? []
    if (handedOver.length > 0) takeFile(handedOver[0])
  })
  // Chromium cannot be sandboxed as root, and enabling it there stops every child; for others no option turns it off.
  if (process.getuid?.() !== 0) app.enableSandbox()
  // Crashes leave a file on this computer; none is sent.
  crashReporter.start({ uploadToServer: false })
  declareAppProtocol()
  guardContents()
  await start(notice)
}

function cannotStart(error: Error): void {
  dialog.showErrorBox(
    'Signal Lab could not start',
    `${error.message}\n\nThe log, if there is one, is in ${logFolder()}.`
  )
  app.exit(1)
}

/** Not the folders of single runs, of which there may be thousands: a run clears up when it is gone on with. */
async function sweepOwnFolders(userData: string): Promise<void> {
  const own = ['models', 'signal-cache', 'runs'].map((name) => join(userData, name))
  await sweepLeftovers([userData, ...own, ...(await foldersOf(join(userData, 'studies')))])
}

async function start(folderNotice: string | undefined): Promise<void> {
  const userData = app.getPath('userData')
  const log = new Log({ path: join(logFolder(), 'main.log'), home: homedir() })
  const { version, electronVersion } = describeProgram()
  let isOpen = false
  hearUnexpected(
    (error) => {
      log.write('error', `nobody caught: ${error.stack}`)
      if (!isOpen) cannotStart(error)
    },
    (error) => log.write('error', `nobody waited for: ${error.stack}`)
  )
  log.write('note', `started: Signal Lab ${version}, Electron ${electronVersion}, ${process.platform} ${process.arch}`)
  void sweepOwnFolders(userData)
  const settings = await JsonStore.load(join(userData, 'settings.json'), settingsFile)
  const recentStore = await JsonStore.load(join(userData, 'recent.json'), recentFile)
  const importStore = await JsonStore.load(join(userData, 'imports.json'), importFile)
  const sessionStore = await JsonStore.load(join(userData, 'session.json'), sessionFile)
  const trial = new SessionTrial(await JsonStore.load(join(userData, 'session-trial.json'), sessionTrialFile))
  const recent = new RecentFiles(recentStore)
  const importMemory = new ImportMemory(importStore)
  const microphone = new MicrophonePermission(() => askForMicrophone())
  /** Tickets of the recent files, so that looking at the list again makes no new ones. */
  const recentTickets = new Map<string, GrantedFile>()
  let menuGroups: readonly MenuGroup[] = [{ title: 'Signal', entries: [] }]
  const files = new GrantedFiles((grant) => lab.post({ kind: 'grant', ...grant }))
  const listeningPage = () => (window && pageIsReady && !window.isDestroyed() ? window : undefined)
  const labService = new HostedService({
    ...{ name: 'laboratory', channel: 'lab-port', page: listeningPage },
    fork: (events) =>
      forkHosted('lab', { resources, userData }, events, (line) => log.write('note', `laboratory: ${line}`)),
    onStarted: () => {
      for (const grant of files.all) lab.post({ kind: 'grant', ...grant })
    },
    onEnded: (reason, restarting) => {
      log.write('error', `${reason} ${restarting ? 'Another is started.' : 'It stays ended.'}`)
      emit('labEnded', { reason, restarting })
    },
    onSilent: (seconds) => emit('labSilent', { seconds })
  })
  const lab = labService.supervisor
  const trainingHost = new TrainingHost({
    folders: { resources, userData },
    page: listeningPage,
    libraryFor: (device) => libraryFor(device, userData),
    onLine: (line) => log.write('note', `training: ${line}`),
    onEnded: (reason, restarting) => {
      log.write('error', `${reason} ${restarting ? 'Another is started.' : 'It stays ended.'}`)
      emit('trainingEnded', { reason, restarting })
    },
    onSilent: (seconds) => emit('trainingSilent', { seconds })
  })
  let window: BrowserWindow | undefined
  let pageIsReady = false

  function emit<N extends keyof AppContract['events']>(name: N, event: EventOf<AppContract, N>): void {
    listeningPage()?.webContents.send('app-event', name, event)
  }

  function drawMenu(): void {
    setMenu(menuGroups, recent.paths, {
      command: (command) => emit('menuCommand', { command }),
      openRecent: (path) => emit('fileGranted', files.grant(path))
    })
  }

  /** Electron asks nobody by itself: this is the question, at the moment when the button is pressed. */
  async function askForMicrophone(): Promise<boolean> {
    if (!window) return false
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: 'Let Signal Lab hear the microphone?',
      detail: 'The sound stays on this computer. Your answer holds until the program is closed.',
      buttons: ['Allow', 'Do not allow'],
      defaultId: 0,
      cancelId: 1
    })
    if (response !== 0) return false
    return process.platform !== 'darwin' || systemPreferences.askForMediaAccess('microphone')
  }

  let isChoosing = false
  /** Two dialogs never lie over each other: while one is open, a second is answered as if it was cancelled. */
  async function choose<T>(ask: (window: BrowserWindow) => Promise<T | undefined>): Promise<T | null> {
    if (!window || isChoosing) return null
    isChoosing = true
    try {
      return (await ask(window)) ?? null
    } finally {
      isChoosing = false
    }
  }

  function chooseFile(title: string, kinds: Electron.FileFilter): Promise<GrantedFile | null> {
    return choose(async (window) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        ...{ title, properties: ['openFile'] },
        filters: [kinds, { name: 'All files', extensions: ['*'] }]
      })
      return canceled || filePaths.length === 0 ? undefined : files.grant(filePaths[0])
    })
  }

  /** What was open last, or the sentence why it does not come back; nothing where a file is named. */
  async function sessionToRestore(): Promise<{ session: Session | null; leftOut?: string }> {
    const stored = filesAtStart.length === 0 ? sessionStore.current : null
    if (!stored) return { session: null }
    if (await trial.begin()) return { session: fromStored(stored, (path) => files.grant(path)) }
    const kept = await sessionStore.setAside('left-out').then(
      (name) => ` It was kept as ${name}.`,
      () => ''
    )
    return {
      session: null,
      leftOut: `What was open last was left out, because the program ended twice while it came back.${kept}`
    }
  }

  /** What the page was told to open first. */
  let fileTold: string | undefined
  const handlers: Handlers<AppContract> = {
    getStartup: async () => {
      const { session, leftOut } = await sessionToRestore()
      return {
        version: app.getVersion(),
        electronVersion: process.versions.electron,
        settings: settings.current,
        file: (fileTold = filesAtStart[0]) === undefined ? null : files.grant(fileTold),
        session,
        notices: [
          ...(folderNotice === undefined ? [] : [folderNotice]),
          ...[settings, recentStore, importStore, sessionStore].flatMap(({ notices }) => notices),
          ...(leftOut === undefined ? [] : [leftOut])
        ]
      }
    },
    chooseSignalFile: () =>
      chooseFile('Open a recording', { name: 'Recordings', extensions: ['wav', 'csv', 'tsv', 'txt'] }),
    chooseModelFile: () =>
      chooseFile('Import a model or check evidence', {
        name: 'Models and evidence',
        extensions: ['siglab', 'safetensors', 'zip']
      }),
    saveSettings: async (wanted) => {
      nativeTheme.themeSource = systemTheme(wanted.theme)
      await settings.save(wanted)
    },
    saveSession: async (session) => {
      await sessionStore.save(session && toStored(session, (fileId) => files.pathOf(fileId)))
    },
    restartLab: async () => {
      await lab.restart()
    },
    describeProgram,
    listLicences: readLicences,
    openTraining: async (wanted) => {
      await trainingHost.open(wanted)
    },
    copyText: (text) => {
      clipboard.writeText(text)
      return undefined
    },
    showMenu: (groups) => {
      menuGroups = groups
      drawMenu()
      return undefined
    },
    chooseSaveFile: ({ name, kind }) =>
      choose(async (window) => {
        const path = await askForSavePath(window, name, kind)
        if (path === undefined) return undefined
        // Those of the user are not remembered: what a killed export left goes with the next one into the same folder.
        void sweepLeftovers([dirname(path)])
        return files.grant(path, 'write')
      }),
    listRecentFiles: async () =>
      (await recent.look()).map(({ path, exists }) => {
        const ticket = recentTickets.get(path) ?? files.grant(path)
        recentTickets.set(path, ticket)
        return { ...ticket, exists }
      }),
    noteOpenedFile: async ({ fileId }) => {
      const path = files.pathOf(fileId)
      if (path === undefined) return
      app.addRecentDocument(path)
      await recent.note(path)
      drawMenu()
    },
    forgetRecentFiles: async () => {
      app.clearRecentDocuments()
      await recent.clear()
      drawMenu()
    },
    recallImport: ({ name }) => importMemory.recall(name),
    rememberImport: async ({ name, choices }) => {
      await importMemory.remember(name, choices)
    },
    askForMicrophone: () => microphone.request()
  }

  const handleCall = atMostPending(appContract, handlers)
  const windowIds = new Set<number>()
  ipcMain.handle('app', async (event, name: unknown, payload: unknown): Promise<AppReply> => {
    if (!isTrustedSender(event, windowIds)) throw new Error('This page may not call.')
    try {
      return { ok: true, value: await handleCall(String(name), payload) }
    } catch (error) {
      return { ok: false, error: errorToData(error) }
    }
  })
  ipcMain.on('dropped-file', (event, path: unknown) => {
    if (!isTrustedSender(event, windowIds) || typeof path !== 'string' || path === '') return
    emit('fileGranted', files.grant(path))
  })

  comeForward = () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  }
  const keepFirst = takeFile
  takeFile = (path) => (pageIsReady ? emit('fileGranted', files.grant(path)) : keepFirst(path))
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (!labService.isAlive && !trainingHost.service.isAlive) return
    event.preventDefault()
    void end()
  })

  let isAsking = false
  /** Ask where something trains, and quit unless the user thought better of it. */
  async function end(): Promise<void> {
    if (isAsking) return
    isAsking = true
    const mayEnd = await trainingHost.mayEnd()
    isAsking = false
    if (mayEnd) await endNow()
  }

  let isEnding = false
  /** Let both processes write down what they have, and quit: also while the question stands and nobody answers it. */
  async function endNow(): Promise<void> {
    if (isEnding) return
    isEnding = true
    if (pageIsReady) await trial.prove()
    await Promise.all([lab.stop(), trainingHost.close()])
    app.quit()
  }

  nativeTheme.themeSource = systemTheme(settings.current.theme)
  await app.whenReady()
  endWithSystem(() => void endNow())
  // The laboratory loads TensorFlow while the window is made.
  lab.start()
  await guardSession(session.defaultSession, { diagnostics, microphone })
  registerAppProtocol(await serveAppFiles(join(__dirname, '../renderer')))
  // The page brings the rest with its commands.
  drawMenu()
  let hasLookedForUpdate = false
  window = openWindow({
    diagnostics,
    onGone: (what) => log.write('error', what),
    onPageReady: () => {
      pageIsReady = true
      // Handed over after the page had asked and before it could be told.
      if (filesAtStart[0] !== fileTold) takeFile(filesAtStart[0])
      labService.connectPage()
      trainingHost.service.connectPage()
      trial.watch()
      // Not before somebody can be told.
      if (!hasLookedForUpdate) {
        hasLookedForUpdate = true
        void lookForUpdate(
          (version) => emit('updateFound', { version }),
          (reason) => log.write('warning', `no update could be looked for: ${reason}`)
        )
      }
    }
  })
  isOpen = true
  windowIds.add(window.webContents.id)
  endWithWindowsSession(window, () => void endNow())
  window.webContents.on('render-process-gone', () => {
    pageIsReady = false
    trial.doubt()
  })
  window.on('close', (event) => {
    if (!trainingHost.isTraining) return
    event.preventDefault()
    void end()
  })
  window.on('closed', () => {
    window = undefined
    pageIsReady = false
  })
}
