/** A model card as one HTML page: no scripts, nothing from elsewhere, every text escaped. */
import { escape } from '../../core/signal/svg-parts'
import { cardOf, type Card, type CardSection, type CardTable } from './card'
import { nameFor, type ExportKind } from './define'

export default {
  id: 'card',
  title: 'Model card (HTML)',
  hint: 'What it is, what it learned from, figures, curves and limits on one page for any browser.',
  ending: '.card.html',
  isFolder: false,
  blockedBy: () => undefined,
  filesOf(subject) {
    return [{ name: nameFor(subject, this.ending), bytes: new TextEncoder().encode(cardHtml(cardOf(subject))) }]
  }
} satisfies ExportKind

export function cardHtml({ title, summary, sections }: Card): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}: model card</title>
<style>
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1c2124; background: #fdfdfc; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin-bottom: 0.2rem; font-size: 1.6rem; }
h2 { margin-top: 2rem; border-bottom: 1px solid #d5d9db; font-size: 1.15rem; }
table { margin: 0.8rem 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 1.2rem 0.2rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: #51595e; font-weight: 500; }
pre { padding: 0.8rem; background: #f1f3f4; white-space: pre-wrap; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>${escape(summary)}</p>
${sections.map(sectionHtml).join('\n')}
</body>
</html>
`
}

function sectionHtml({ title, sentences = [], facts = [], table, code, pictures = [] }: CardSection): string {
  return [
    '<section>',
    `<h2>${escape(title)}</h2>`,
    ...sentences.map((sentence) => `<p>${escape(sentence)}</p>`),
    ...(code === undefined ? [] : [`<pre>${escape(code)}</pre>`]),
    ...(facts.length === 0 ? [] : [factsHtml(facts)]),
    ...pictures,
    ...(table ? [tableHtml(table)] : []),
    '</section>'
  ].join('\n')
}

function factsHtml(facts: NonNullable<CardSection['facts']>): string {
  const rows = facts.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`)
  return ['<table>', ...rows, '</table>'].join('\n')
}

function tableHtml({ head, rows }: CardTable): string {
  return [
    '<table>',
    `<tr>${head.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('')}</tr>`,
    ...rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`),
    '</table>'
  ].join('\n')
}
