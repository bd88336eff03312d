import { describe, expect, it } from 'vitest'
import { isTrustedSender } from './sender'

const page = { url: 'app://lab/index.html', parent: null }
const windows = new Set([7])

describe('isTrustedSender', () => {
  it('trusts the top frame of our window on our page', () => {
    expect(isTrustedSender({ senderFrame: page, sender: { id: 7 } }, windows)).toBe(true)
  })

  it.each([
    ['a frame that is gone', null, 7],
    ['a frame inside the page', { ...page, parent: page }, 7],
    ['another window', page, 8],
    ['another file of the app', { ...page, url: 'app://lab/other.html' }, 7],
    ['an address that only begins like ours', { ...page, url: 'app://lab/index.html.example' }, 7],
    ['an empty address', { ...page, url: '' }, 7],
    ['a page of the network', { ...page, url: 'https://lab/index.html' }, 7]
  ])('refuses %s', (_name, senderFrame, id) => {
    expect(isTrustedSender({ senderFrame, sender: { id } }, windows)).toBe(false)
  })
})
