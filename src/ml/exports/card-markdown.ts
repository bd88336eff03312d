/** A model card as Markdown, for a repository or a wiki: tables instead of pictures, every text escaped. */
import { cardOf, type Card, type CardSection, type CardTable } from './card'
import { nameFor, type ExportKind } from './define'

export default {
  id: 'card-markdown',
  title: 'Model card (Markdown)',
  hint: 'The same as text with tables, for a repository or a wiki.',
  ending: '.card.md',
  isFolder: false,
  blockedBy: () => undefined,
  filesOf(subject) {
    return [{ name: nameFor(subject, this.ending), bytes: new TextEncoder().encode(cardMarkdown(cardOf(subject))) }]
  }
} satisfies ExportKind

export function cardMarkdown({ title, summary, sections }: Card): string {
  const blocks = [`# ${escapeMarkdown(title)}`, escapeMarkdown(summary), ...sections.flatMap(sectionBlocks)]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function sectionBlocks({ title, sentences = [], facts = [], table, code }: CardSection): string[] {
  return [
    `## ${escapeMarkdown(title)}`,
    ...sentences.map(escapeMarkdown),
    ...(code === undefined ? [] : [fenced(code)]),
    ...(facts.length === 0 ? [] : [tableText({ head: ['', ''], rows: facts })]),
    ...(table ? [tableText(table)] : [])
  ]
}

function tableText({ head, rows }: CardTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** A fence longer than any row of backticks inside. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sh\n${code}\n${fence}`
}

/** Text that stays text: no emphasis, no links, no HTML, no new lines that would begin a block. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|~<>-]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .trim()
}
