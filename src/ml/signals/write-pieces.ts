/** A signal's file from the pieces that it is made of, by safeWrite; what goes wrong in making them is told as it was. */
import { open, rename, stat, unlink } from 'node:fs/promises'
import { safeWrite } from '../library/safe-write'

/**
 * With `check` the file takes its name only after it was looked at under the temporary one: where that throws, the old
 * file stays. Throws what `pieces` and `check` throw, else as safeWrite does.
 */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  check?: (temporary: string) => Promise<void>
): Promise<void> {
  let cause: { readonly error: unknown } | undefined
  const noted = (error: unknown) => {
    cause = { error }
    return error
  }
  async function* made() {
    try {
      yield* pieces
    } catch (error) {
      throw noted(error)
    }
  }
  const checkedRename: typeof rename = async (temporary, target) => {
    await check?.(temporary as string).catch((error: unknown) => {
      throw noted(error)
    })
    return rename(temporary, target)
  }
  await safeWrite(path, made(), { open, rename: checkedRename, stat, unlink }).catch((error: unknown) => {
    throw cause ? cause.error : error
  })
}
