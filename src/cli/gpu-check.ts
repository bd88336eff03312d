/**
 * The layers on this machine's GPU, held to the same layers on its CPU in a process that sees no card, and timed on both.
 *
 * Where there is no GPU it says why in a sentence.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { LoadedEngine } from '../ml/engine/tensorflow'
import { largestDifferences, layerFigures, type LayerFigures } from '../ml/kernels/layer-figures'
import { thisProgram } from '../ml/studies/child-runner'

/** TensorFlow lets cuDNN round products to 10 bits (TF32), so two devices agree to about three digits. */
export const agreementLimit = 1e-2

type Figures = Record<'lstm' | 'gru', LayerFigures>

export interface GpuLayer {
  readonly gpuMilliseconds: number
  readonly cpuMilliseconds: number
  /** Largest difference of each result, relative where the value is above 1. */
  readonly differences: Readonly<Record<string, number>>
  readonly agrees: boolean
}

/** Throws an Error with the reason where TensorFlow does not compute on a GPU. */
export function checkGpu(engine: LoadedEngine): { kernels: string; layers: Record<'lstm' | 'gru', GpuLayer> } {
  if (engine.info.device !== 'gpu') throw new Error(`${whyNoGpu()} Nothing was compared.`)
  const gpu = layerFigures(engine.tf, engine.kernels)
  const cpu = figuresOnCpu()
  const compare = (cell: 'lstm' | 'gru'): GpuLayer => {
    const differences = largestDifferences(gpu[cell], cpu[cell])
    return {
      gpuMilliseconds: gpu[cell].milliseconds,
      cpuMilliseconds: cpu[cell].milliseconds,
      differences,
      agrees: Math.max(...Object.values(differences)) <= agreementLimit
    }
  }
  return { kernels: engine.kernels.name, layers: { lstm: compare('lstm'), gru: compare('gru') } }
}

/** The three things that a GPU needs here, named by the first that is missing. */
export function whyNoGpu(exists: (path: string) => boolean = existsSync): string {
  const start = 'TensorFlow does not compute on a GPU here'
  if (process.platform === 'linux' && !exists('/dev/nvidiactl') && !exists('/dev/nvidia0')) {
    return `${start}: this machine shows no NVIDIA card (no /dev/nvidia0).`
  }
  return `${start}: there is a card, but TensorFlow's CUDA build is not installed (the panel Train installs it), or it found no driver.`
}

/** This same command in a process to which CUDA shows no card. */
function figuresOnCpu(): Figures {
  const { command, args } = thisProgram()
  const { status, stdout, stderr } = spawnSync(command, [...args, 'doctor', '--layers', '--json'], {
    ...{ env: { ...process.env, CUDA_VISIBLE_DEVICES: '-1' }, encoding: 'utf8', maxBuffer: 64e6 }
  })
  if (status !== 0) throw new Error(`the comparison on the CPU failed: ${stderr.trim().split('\n').at(-1)}`)
  return (JSON.parse(stdout) as { layers: Figures }).layers
}
