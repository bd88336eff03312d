/** Who may call main: the top frame of a window that we opened, on our own page. Knows nothing of Electron. */
import { startPage } from './content-policy'

/** The part of Electron's event that is looked at. */
export interface Sender {
  /** Null when the frame is gone already. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null
  readonly sender: { readonly id: number }
}

/** Read synchronously, first thing in a handler: the frame may be gone after an await. */
export function isTrustedSender(event: Sender, windowIds: ReadonlySet<number>): boolean {
  const frame = event.senderFrame
  return !!frame && frame.parent === null && frame.url === startPage && windowIds.has(event.sender.id)
}
