/** What was exported, on disk: one file; or several, in a zip if the path ends so, else in a folder. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { safeWrite } from '../library/safe-write'
import { packZip } from '../library/zip'
import { InputError } from '../../core/signal/signal'
import type { ExportContext, ExportedFile, ExportKind, ExportSubject } from './define'

export interface WrittenFile {
  readonly path: string
  readonly bytes: number
}

/** Throws InputError with the reason where `kind` cannot express the model. */
export async function writeExport(
  path: string,
  kind: ExportKind,
  subject: ExportSubject,
  context: ExportContext
): Promise<WrittenFile[]> {
  const reason = kind.blockedBy(subject)
  if (reason !== undefined) throw new InputError(reason)
  const files = await kind.filesOf(subject, context)
  if (!kind.isFolder) return [await writeOne(path, files[0])]
  if (path.toLowerCase().endsWith('.zip')) return [await writeOne(path, { name: '', bytes: packZip(files) })]
  await mkdir(path, { recursive: true })
  const written: WrittenFile[] = []
  for (const file of files) written.push(await writeOne(join(path, file.name), file))
  return written
}

async function writeOne(path: string, { bytes }: ExportedFile): Promise<WrittenFile> {
  await safeWrite(path, bytes)
  return { path, bytes: bytes.length }
}
