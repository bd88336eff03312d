/** Handlers of contract/imports.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { imports as contract } from '../../contract/imports'
import type { ImportPreview, ImportProposal } from '../../core/signal/import-choices'
import { openText, previewFile, previewText, proposeFile, proposeText } from '../signals/open-recording'
import { grantedPath, withNameForPath, type LabContext } from './context'
import { keepRecording } from './keep-recording'

export function importHandlers(context: LabContext): Handlers<typeof contract> {
  const propose = async (fileId: string, isRaw: boolean) => {
    const path = await grantedPath(context, fileId)
    return asProposal(await withNameForPath(path, () => proposeFile(path, isRaw)))
  }
  return {
    proposeImport: ({ fileId }) => propose(fileId, false),
    proposeRawImport: ({ fileId }) => propose(fileId, true),

    async previewImport({ fileId, choices }) {
      const path = await grantedPath(context, fileId)
      return asPreview(await withNameForPath(path, () => previewFile(path, choices)))
    },

    proposeText: ({ text }) => asProposal(proposeText(text)),
    previewText: ({ text, choices }) => asPreview(previewText(text, choices)),

    async openText({ signalId, text, choices }) {
      return keepRecording(context, { signalId, name: 'Pasted numbers' }, await openText(text, { choices }))
    }
  }
}

/** The contract's arrays may be written to, core's may not: the same data in new arrays. */
const asProposal = (proposal: ImportProposal) => proposal as never
const asPreview = (preview: ImportPreview) => preview as never
