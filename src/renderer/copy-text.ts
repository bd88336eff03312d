/**
 * Put a text on the clipboard by the copy event, which needs no permission: the page is refused all of them. False
 * where the system did not take it.
 */
export function copyText(text: string): boolean {
  let taken = false
  const put = (event: ClipboardEvent) => {
    if (!event.clipboardData) return
    event.clipboardData.setData('text/plain', text)
    event.preventDefault()
    taken = true
  }
  document.addEventListener('copy', put, { once: true })
  document.execCommand('copy')
  document.removeEventListener('copy', put)
  return taken
}
