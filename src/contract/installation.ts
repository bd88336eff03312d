/** What an installation runs on: asked by the window and by `siglab doctor`, and written as lines in one way for both. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { EngineInfo } from './models'
import { Count, Text } from './values'

/** What the laboratory knows of its machine. */
export const LabInstallation = v.object({
  node: Text,
  /** "linux x64" */
  platform: Text,
  processor: Text,
  memoryGigabytes: Count,
  engine: EngineInfo,
  devices: v.array(Text),
  /** Why the kernels are not those of the first choice; null if they are. */
  firstChoiceMissing: v.nullable(v.string()),
  /** One small product was computed, and rightly. */
  computes: v.boolean(),
  /** Tensors that are kept in memory now. */
  tensors: Count,
  /** Ids of the models that can be used, and sentences on those that cannot. */
  models: v.array(Text),
  problems: v.array(v.string())
})
export type LabInstallation = v.InferOutput<typeof LabInstallation>

export const installation = {
  calls: { describeInstallation: call(v.undefined(), LabInstallation) },
  events: {}
} as const satisfies Contract

/** What main knows of the program itself. */
export const AppInstallation = v.object({
  version: v.string(),
  electronVersion: v.string(),
  chromiumVersion: v.string(),
  /** Installed from a package, and not started from its sources. */
  packaged: v.boolean(),
  /** The runtime is the old one of closed networks: without security updates, not for users. */
  oldRuntime: v.boolean(),
  /** Chromium's sandbox is around the page. */
  sandboxed: v.boolean(),
  /** Only shown; nothing takes a path from the page. */
  dataFolder: v.string(),
  logFolder: v.string(),
  crashFolder: v.string(),
  /** Where updates are looked for; null if they are not. */
  updateAddress: v.nullable(v.string())
})
export type AppInstallation = v.InferOutput<typeof AppInstallation>

/** What others made and is in the program, each with the text that goes with it. */
export const Licences = v.object({
  note: v.string(),
  components: v.array(v.object({ name: v.string(), version: v.string(), licence: v.string(), text: v.string() }))
})
export type Licences = v.InferOutput<typeof Licences>

/** For people: what `siglab doctor` prints below its title. */
export function labLines(lab: LabInstallation): string[] {
  const { engine, firstChoiceMissing } = lab
  return [
    `${lab.processor}, ${engine.threads} threads, ${lab.memoryGigabytes} GiB`,
    `TensorFlow ${engine.tensorflowVersion} on the ${engine.device.toUpperCase()}, ${lab.computes ? 'computes' : 'DOES NOT COMPUTE'}`,
    `Devices: ${lab.devices.join(', ')}`,
    `Kernels: ${engine.kernel}${firstChoiceMissing ? ` (the first choice is not used: ${firstChoiceMissing})` : ''}`,
    `Tensors in memory: ${lab.tensors}`,
    `Models: ${lab.models.join(', ') || 'none'}`,
    ...lab.problems
  ]
}

/** The same of the program. */
export function appLines(app: AppInstallation): string[] {
  return [
    `Signal Lab ${app.version}, ${app.packaged ? 'installed' : 'from its sources'}`,
    `Electron ${app.electronVersion}, Chromium ${app.chromiumVersion}${app.oldRuntime ? ' (OLD: gets no security updates, for tests only)' : ''}`,
    `Sandbox: ${app.sandboxed ? 'on' : 'OFF'}`,
    `Your data: ${app.dataFolder}`,
    `Log: ${app.logFolder}`,
    `Crash reports, which stay here: ${app.crashFolder}`,
    `Updates: ${app.updateAddress ?? 'not looked for'}`
  ]
}
