/** Asks the user where a file goes, and sees to it that it gets the ending of what it is. */
import { dialog, type BrowserWindow } from 'electron'
import { access } from 'node:fs/promises'
import { extname } from 'node:path'
import type { SavedKind } from '../contract/app'

const titles: Readonly<Record<SavedKind, string>> = {
  wav: 'WAV sound',
  csv: 'Comma-separated values',
  png: 'PNG picture',
  svg: 'SVG drawing',
  siglab: 'Evidence bundle',
  onnx: 'ONNX model',
  safetensors: 'Tensors',
  zip: 'Zip archive',
  html: 'Web page',
  md: 'Markdown'
}

/** Undefined if the user thought better of it. */
export async function askForSavePath(
  window: BrowserWindow,
  name: string,
  kind: SavedKind
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Export',
    defaultPath: name,
    filters: [{ name: titles[kind], extensions: [kind] }],
    properties: ['showOverwriteConfirmation', 'createDirectory']
  })
  if (canceled || !filePath) return undefined
  if (extname(filePath).toLowerCase() === `.${kind}`) return filePath
  // The dialog has asked about another name: a file of this one must not be replaced.
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${filePath}.${kind}` : `${filePath} (${number}).${kind}`
    if (!(await exists(path))) return path
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
