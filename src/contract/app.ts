/** Everything the page may ask of main: dialogs and settings, no samples. */
import * as v from 'valibot'
import { call, type Contract, type ErrorCode } from './define'

export const Settings = v.object({
  theme: v.picklist(['system', 'dark', 'light']),
  timeBaseSeconds: v.pipe(v.number(), v.finite(), v.minValue(0.001), v.maxValue(3600)),
  selector: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15)),
  loop: v.boolean()
})
export type Settings = v.InferOutput<typeof Settings>

export const defaultSettings: Settings = { theme: 'dark', timeBaseSeconds: 5, selector: 0, loop: true }

/** A file the user chose. The page knows its name and a ticket, never its path. */
export const GrantedFile = v.object({ fileId: v.string(), name: v.string() })
export type GrantedFile = v.InferOutput<typeof GrantedFile>

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
        /** Sentences the user should see at the start, for example that the settings were damaged and kept aside. */
        notices: v.array(v.string())
      })
    ),
    chooseSignalFile: call(v.undefined(), v.nullable(GrantedFile)),
    saveSettings: call(Settings, v.undefined()),
    restartLab: call(v.undefined(), v.undefined())
  },
  events: {
    /** The laboratory process ended; a new port follows if main started another. */
    labEnded: v.object({ reason: v.string(), restarting: v.boolean() }),
    /** The laboratory process has been silent for this long; 0 when it answers again. It is never killed for it. */
    labSilent: v.object({ seconds: v.number() }),
    /** A second instance or the system handed a file over. */
    fileGranted: GrantedFile,
    menuCommand: v.object({ command: v.picklist(['open', 'play-pause', 'toggle-theme', 'help']) })
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

/** From main to the laboratory process over its parent port, before and beside the page's own port. */
export const ParentMessage = v.variant('kind', [
  v.object({ kind: v.literal('port') }),
  v.object({ kind: v.literal('grant'), fileId: v.string(), path: v.string() }),
  v.object({ kind: v.literal('stop') })
])
export type ParentMessage = v.InferOutput<typeof ParentMessage>

/** From the laboratory process to main. */
export type ChildMessage = { kind: 'ready' } | { kind: 'heartbeat' } | { kind: 'bye' }
