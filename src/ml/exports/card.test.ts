import { describe, expect, test } from 'vitest'
import type { ExportSubject } from './define'
import { cardOf } from './card'
import { cardHtml } from './card-html'
import { cardMarkdown, escapeMarkdown } from './card-markdown'
import { modelWith, torchModel } from './networks.testing'
import { smallRun } from './runs.testing'

const model = torchModel('lstm')
const subject: ExportSubject = { model, run: smallRun() }

describe('a card tells', () => {
  const html = cardHtml(cardOf(subject))
  const markdown = cardMarkdown(cardOf(subject))

  test.each([
    ['what it is', 'LSTM'],
    ['how many values were trained', '662'],
    ['the figures', '0.5'],
    ['what it cannot do', 'and nothing else'],
    ['the command', 'siglab train --frequencies 1,3,5,7'],
    ['the seed and the device', '2 threads']
  ])('%s, in both forms', (_, text) => {
    expect(html).toContain(text)
    expect(markdown.replaceAll('\\', '')).toContain(text)
  })

  test('its curves: drawn on the page, as a table in Markdown', () => {
    expect(html.match(/<svg /g)!.length).toBeGreaterThan(0)
    expect(html).toContain('validation R²')
    expect(markdown).not.toContain('<svg')
    expect(markdown).toMatch(/\| 30 \| 3 \| 0\.26667 \| 0\.36667 \| 0\.66667 \|/)
  })

  test('a model without a run, one that takes any tones, and one of every way of running', () => {
    const { manifest } = model
    for (const running of [
      { kind: 'samples', sampleRate: 1000, sequenceLength: 50 },
      { kind: 'joint', frontEnd: 1, ticksPerSpacing: 25, samplesPerSpacing: 250 }
    ] as const) {
      const changed = { ...model, manifest: { ...manifest, running, frequenciesHz: [] } }
      expect(cardHtml(cardOf({ model: changed }))).toContain('any frequencies')
    }
    expect(cardMarkdown(cardOf({ model: modelWith('gru', {}) }))).toContain('GRU')
  })
})

describe('nothing that a user wrote becomes markup', () => {
  const nasty = `<script>alert(1)</script> "quoted" 'and' & | [link](javascript:x) \`\`\`\n# heading\n- item`
  const run = smallRun({ notes: nasty, tags: ['<img src=x onerror=alert(1)>'] })
  const manifest = {
    ...{ ...model.manifest, title: nasty, summary: nasty, metrics: { [nasty]: 1 } },
    training: { ...model.manifest.training, command: `siglab ${nasty}` }
  }
  const card = cardOf({ model: { ...model, manifest }, run })

  test('in HTML: no script, no handler, no link, no request', () => {
    const html = cardHtml(card)
    expect(html).not.toMatch(/<script|<img|<a |<link|<iframe|https?:\/\/(?!www\.w3\.org\/2000\/svg)/i)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain("default-src 'none'")
  })

  test('in Markdown: no heading, no link, no HTML, no fence that ends early', () => {
    const markdown = cardMarkdown(card)
    const outside = markdown.replace(/(`{3,})sh\n[\s\S]*?\n\1/g, '')
    expect(outside).not.toMatch(/(?<!\\)<|(?<!\\)\[|^- item|^# heading/m)
    expect(markdown).toContain('````sh\nsiglab <script>')
    expect(escapeMarkdown('a|b\n# c')).toBe('a\\|b \\# c')
  })
})
