/** A run's weights as a model of the live laboratory: its id there, and what the panels say of it. */
import type { ModelInfo } from '../../contract/lab'
import type { RunRecord } from '../../contract/training'
import { presets } from '../../core/signal/presets'

const prefix = 'run:'

/** "run:abc" for the result of a run, "run:abc@7" for its epoch 7. */
export function runModelId(runId: string, epoch?: number): string {
  return `${prefix}${runId}${epoch === undefined ? '' : `@${epoch}`}`
}

/** Whether a model is lent from a run and stands in no library. */
export function isLent(modelId: string): boolean {
  return modelId.startsWith(prefix)
}

export function modelOfRun({ id, title, request, parameterCount, summary }: RunRecord, epoch?: number): ModelInfo {
  const isSequences = request.kind === 'sequences'
  const frequenciesHz = isSequences ? [...presets[request.preset].frequenciesHz] : [...request.frequenciesHz]
  const isAny = frequenciesHz.length === 0
  return {
    id: runModelId(id, epoch),
    title: epoch === undefined ? title : `${title}, epoch ${epoch}`,
    architecture: request.architecture,
    selects: isAny ? 'any' : 'fixed',
    frequenciesHz,
    sampleRate: isAny ? 0 : isSequences ? presets[request.preset].sampleRate : request.sampleRate,
    modelRate: request.kind === 'streams' ? request.modelRate : 0,
    parameterCount,
    causal: true,
    isDefault: false,
    summary: summary || 'Weights of a training'
  }
}
