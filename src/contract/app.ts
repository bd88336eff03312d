/** Everything the page may ask of main: dialogs and settings, no samples. */
import * as v from 'valibot'
import { MeasureSettings, SpectrumSettings } from './analysis-settings'
import { ScopeSettings } from './scope-settings'
import { call, type Contract, type ErrorCode } from './define'
import { PackageIndex, publicPackageIndex } from './gpu-library'
import { ImportChoices } from './import-choices'
import { AppInstallation, Licences } from './installation'
import type { RunStatus } from './runs'
import { GrantedFile, Session } from './session'

/** What the middle of the window is for. */
export const layouts = ['scope', 'spectrum', 'compare', 'train'] as const
export type Layout = (typeof layouts)[number]

/** Each entry brings its default: a file of an older version lacks the newer ones and is not damaged by that. */
export const Settings = v.object({
  theme: v.optional(v.picklist(['system', 'dark', 'light', 'high-contrast', 'print']), 'dark'),
  /** Decimal point or comma. */
  numberStyle: v.optional(v.picklist(['system', 'point', 'comma']), 'system'),
  layout: v.optional(v.picklist(layouts), 'scope'),
  timeBaseSeconds: v.optional(v.pipe(v.number(), v.finite(), v.minValue(1e-6), v.maxValue(1e7)), 5),
  selector: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15)), 0),
  loop: v.optional(v.boolean(), true),
  measurements: v.optional(MeasureSettings, {}),
  spectrum: v.optional(SpectrumSettings, {}),
  scope: v.optional(ScopeSettings, {}),
  /** Columns of the table of runs; null for all that differ. */
  runColumns: v.optional(v.nullable(v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(200))), null),
  /** What trainings compute on; 0 threads are all that the processor has. */
  trainingDevice: v.optional(v.picklist(['cpu', 'gpu']), 'cpu'),
  trainingThreads: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(256)), 0),
  /** Where TensorFlow's CUDA build is downloaded from, if it is. */
  packageIndex: v.optional(PackageIndex, publicPackageIndex),
  /** Whether the choices of an import are shown before a file is opened. */
  importDialog: v.optional(v.picklist(['doubtful', 'always', 'never']), 'doubtful')
})
export type Settings = v.InferOutput<typeof Settings>

export const defaultSettings: Settings = v.parse(Settings, {})

/** The menu as the page wants it, from its table of commands. */
export const MenuGroup = v.object({
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  entries: v.pipe(
    v.array(
      v.object({
        command: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
        label: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
        /** The key as Electron writes it, only shown: the page listens to keys itself. */
        accelerator: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,40}$/)))
      })
    ),
    v.maxLength(100)
  )
})
export type MenuGroup = v.InferOutput<typeof MenuGroup>

/** What a file that is written will be; decides its ending. */
// prettier-ignore
export const savedKinds = [
  'wav', 'csv', 'png', 'svg',
  'siglab', 'onnx', 'safetensors', 'zip', 'html', 'md'
] as const
export type SavedKind = (typeof savedKinds)[number]

/** A name without a folder in it. */
const FileName = v.pipe(v.string(), v.minLength(1), v.maxLength(1024), v.regex(/^[^/\\\0]*$/))

export const app = {
  calls: {
    /** Asked once when the page is ready: settings, versions, and the file named on the command line, if any. */
    getStartup: call(
      v.undefined(),
      v.object({
        version: v.string(),
        electronVersion: v.string(),
        settings: Settings,
        file: v.nullable(GrantedFile),
        /** What was on the screen when the program was closed; null at the first start and where a file is named. */
        session: v.nullable(Session),
        /** Sentences the user should see at the start, for example that the settings were damaged and kept aside. */
        notices: v.array(v.string())
      })
    ),
    chooseSignalFile: call(v.undefined(), v.nullable(GrantedFile)),
    /** A model, a state dict or an evidence bundle. */
    chooseModelFile: call(v.undefined(), v.nullable(GrantedFile)),
    /** Where to write; the ticket is good for writing alone. Null if the user thought better of it. */
    chooseSaveFile: call(v.object({ name: FileName, kind: v.picklist(savedKinds) }), v.nullable(GrantedFile)),
    /** The files that were opened last, newest first. */
    listRecentFiles: call(v.undefined(), v.array(v.object({ ...GrantedFile.entries, exists: v.boolean() }))),
    /** A file was opened and could be read: it comes first among the recent ones. */
    noteOpenedFile: call(v.object({ fileId: v.string() }), v.undefined()),
    forgetRecentFiles: call(v.undefined(), v.undefined()),
    /** How files with such a name were read the last time. */
    recallImport: call(v.object({ name: FileName }), v.nullable(ImportChoices)),
    rememberImport: call(v.object({ name: FileName, choices: v.nullable(ImportChoices) }), v.undefined()),
    /** Asks the user, unless there was a yes since the start; true if the page may now listen. */
    askForMicrophone: call(v.undefined(), v.boolean()),
    saveSettings: call(Settings, v.undefined()),
    /** What is on the screen, for the next start; null for what cannot be opened again. */
    saveSession: call(v.nullable(Session), v.undefined()),
    restartLab: call(v.undefined(), v.undefined()),
    /** For the page about the program. */
    describeProgram: call(v.undefined(), AppInstallation),
    listLicences: call(v.undefined(), Licences),
    /**
     * Start the training process, or start it anew with other settings; a port follows. What trains is paused first.
     * `threads` of 0 are all that the processor has.
     */
    openTraining: call(
      v.object({
        device: v.picklist(['cpu', 'gpu']),
        threads: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(256))
      }),
      v.undefined()
    ),
    /** Put a text on the clipboard: the page itself may not. */
    copyText: call(v.pipe(v.string(), v.maxLength(1e7)), v.undefined()),
    showMenu: call(v.pipe(v.array(MenuGroup), v.maxLength(12)), v.undefined())
  },
  events: {
    /** The laboratory process ended; a new port follows if main started another. */
    labEnded: v.object({ reason: v.string(), restarting: v.boolean() }),
    /** The laboratory process has been silent for this long; 0 when it answers again. It is never killed for it. */
    labSilent: v.object({ seconds: v.number() }),
    /** The same of the training process. What it trained is `interrupted` and can be resumed. */
    trainingEnded: v.object({ reason: v.string(), restarting: v.boolean() }),
    trainingSilent: v.object({ seconds: v.number() }),
    /** A second instance or the system handed a file over. */
    fileGranted: GrantedFile,
    menuCommand: v.object({ command: v.string() }),
    /** A newer version is at the address that the package was built with. Nothing is fetched. */
    updateFound: v.object({ version: v.string() })
  }
} as const satisfies Contract
export type AppContract = typeof app

/** How an answer of main reaches the page: an error crosses as data, so that its code survives. */
export type AppReply = { ok: true; value: unknown } | { ok: false; error: { code: ErrorCode; message: string } }

/** What preload puts on the page's window, whole: calls and events of this contract by name, checked by main. */
export interface AppBridge {
  call(name: string, payload: unknown): Promise<AppReply>
  onEvent(listener: (name: string, payload: unknown) => void): void
}

/** From main to a hosted process over its parent port, before and beside the page's own port. */
export const ParentMessage = v.variant('kind', [
  v.object({ kind: v.literal('port') }),
  v.object({
    kind: v.literal('grant'),
    fileId: v.string(),
    path: v.string(),
    access: v.picklist(['read', 'write'])
  }),
  v.object({ kind: v.literal('stop') })
])
export type ParentMessage = v.InferOutput<typeof ParentMessage>

/** What the training process does: for the progress on the task bar, the notification and the question at the end. */
export type TrainingActivity =
  | { kind: 'training'; runId: string; title: string; share: number }
  | { kind: 'ended'; runId: string; title: string; status: RunStatus; message: string }

/** From a hosted process to main. */
export type ChildMessage =
  { kind: 'ready' } | { kind: 'heartbeat' } | { kind: 'bye' } | { kind: 'activity'; activity: TrainingActivity }

/** What the hosted processes are for; the same file is either, by its environment. */
export const processRoles = ['lab', 'training'] as const
export type ProcessRole = (typeof processRoles)[number]
