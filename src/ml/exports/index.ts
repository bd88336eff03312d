/** The registry: one line a kind of export. Order is the order in lists. */
import { InputError } from '../../core/signal/signal'
import bundle from './bundle'
import cardHtml from './card-html'
import cardMarkdown from './card-markdown'
import type { ExportKind } from './define'
import onnx from './onnx'
import pytorch from './pytorch'
import runArchive from './run-archive'
import scripts from './scripts'
import tensorboard from './tensorboard'
import tfjs from './tfjs'

export const exportKinds: readonly ExportKind[] = [
  bundle,
  onnx,
  pytorch,
  tfjs,
  cardHtml,
  cardMarkdown,
  scripts,
  tensorboard,
  runArchive
]

/** Throws InputError naming the known ids. */
export function exportKindById(id: string): ExportKind {
  const found = exportKinds.find((kind) => kind.id === id)
  if (!found) {
    const known = exportKinds.map((kind) => kind.id).join(', ')
    throw new InputError(`There is no export "${id}". Expected one of: ${known}.`)
  }
  return found
}
