/** Files as people really have them: awkward tables, what is doubtful, what is remembered, and what cannot be read. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, launch, test, type RunningApp } from './launch'
import { writeWav } from './recordings'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-import-'))
test.beforeAll(async () => {
  running = await launch()
  page = running.page
})
test.afterAll(() => running.close())

const importDialog = () => page.getByRole('dialog', { name: /^Open / })
const source = () => page.getByRole('banner').getByRole('button').first()
const write = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const wave = (n: number) => Math.sin((2 * Math.PI * 5 * n) / 1000)
const rows = (line: (n: number) => string, count = 3000) => Array.from({ length: count }, (_, n) => line(n)).join('\n')

async function open(path: string, key = 'Control+o'): Promise<void> {
  await answerOpenDialog(running.app, path)
  await page.keyboard.press(key)
}

const awkward: [string, string | Buffer, RegExp][] = [
  [
    'semicolon.csv',
    `Zeit (ms);Spannung (mV)\r\n${rows((n) => `${n};${(100 * wave(n)).toFixed(4).replace('.', ',')}`)}`,
    /1000 Hz/
  ],
  ['tabs.tsv', `# made by a logger\n# unit: V\nt [s]\tu\n${rows((n) => `${n / 1000}\t${wave(n)}`)}`, /1000 Hz/],
  ['utf16.csv', Buffer.from(`\ufefftime_ms,value\n${rows((n) => `${n},${wave(n)}`)}`, 'utf16le'), /1000 Hz/],
  [
    'datetime.csv',
    `date,time,volt\n${rows((n) => `2026-03-01,12:00:${String(Math.floor(n / 50)).padStart(2, '0')}.${String((n % 50) * 20).padStart(3, '0')},${wave(n)}`)}`,
    /50 Hz/
  ],
  ['spaces.txt', rows((n) => `  ${(n / 500).toFixed(3)}   ${wave(n).toFixed(5)}`), /500 Hz/]
]

for (const [name, content, rate] of awkward) {
  test(`the dialog shows ${name} as it should be read, and Enter opens it`, async () => {
    await open(write(name, content), 'Control+i')
    const dialog = importDialog()
    await expect(dialog).toContainText(name)
    await expect(dialog).toContainText(rate)
    await expect(dialog.getByRole('img', { name: /^The beginning of/ })).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Open', exact: true })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(source()).toContainText(name)
    await expect(page.getByRole('contentinfo')).toContainText(rate)
  })
}

test('the preview follows each choice, and the dialog has nothing that a screen reader would stumble over', async () => {
  await open(join(folder, 'semicolon.csv'), 'Control+i')
  const dialog = importDialog()
  await expect(dialog).toContainText('3,000 samples')
  await dialog.getByRole('radio', { name: 'Text' }).click()
  await expect(dialog.getByRole('group', { name: 'The first lines as text' })).toContainText('Zeit (ms);Spannung (mV)')
  await dialog.getByLabel('Sample rate', { exact: true }).fill('2000')
  await expect(dialog).toContainText('2000 Hz')
  await dialog.getByRole('button', { name: 'As detected' }).click()
  await expect(dialog).toContainText('1000 Hz')
  const found = await new AxeBuilder({ page }).setLegacyMode().include('dialog').analyze()
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('what is clear is opened without a question, and stands among the recent files', async () => {
  writeWav(join(folder, 'clear.wav'), [2, 6])
  await open(join(folder, 'clear.wav'))
  await expect(source()).toContainText('clear.wav')
  await expect(importDialog()).toBeHidden()
  await page.getByRole('button', { name: 'Recent files' }).click()
  const menu = page.getByRole('menu', { name: 'Recent files' })
  await expect(menu.getByRole('menuitem').first()).toContainText('clear.wav')
  await menu.getByRole('menuitem', { name: 'tabs.tsv' }).click()
  await expect(source()).toContainText('tabs.tsv')
})

test('numbers are pasted from a spreadsheet', async () => {
  const text = rows((n) => `${n / 1000}\t${wave(n)}`, 2000)
  await page.evaluate((text) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, text)
  await expect(source().or(importDialog().getByRole('button', { name: 'Open', exact: true }))).not.toHaveCount(0)
  if (await importDialog().isVisible()) await page.keyboard.press('Enter')
  await expect(page.getByRole('contentinfo')).toContainText('2.00 s')
})

test('each file that cannot be read gives one sentence with its name, and what was open stays', async () => {
  const before = await source().textContent()
  mkdirSync(join(folder, 'a-folder.wav'))
  const bad: [string, string | Buffer | undefined][] = [
    ['empty.wav', ''],
    ['short.wav', 'RIFF'],
    ['no-format.wav', Buffer.concat([Buffer.from('RIFF\x04\0\0\0WAVE', 'latin1')])],
    ['avi.wav', Buffer.from('RIFF\x04\0\0\0AVI ', 'latin1')],
    ['picture.csv', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['empty.csv', ''],
    ['header-only.csv', 'time,voltage\n'],
    ['words.csv', 'one,two\nthree,four\n'],
    ['zip.csv', Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1')],
    ['prose.txt', 'this is no recording'],
    ['a-folder.wav', undefined],
    ['missing.wav', undefined]
  ]
  for (const [name, content] of bad) {
    if (content !== undefined) write(name, content)
    await open(join(folder, name))
    const alert = page.getByRole('alert')
    await expect(alert, name).toContainText(name)
    expect((await alert.textContent())!, name).not.toContain(folder)
    expect(await source().textContent(), name).toBe(before)
    await page.keyboard.press('Escape')
    await expect(alert, name).toBeHidden()
  }
})

test('samples without a header are read by choice, and the next file of such a name in the same way', async () => {
  const samples = Buffer.alloc(8000)
  for (let n = 0; n < 4000; n += 1) samples.writeInt16LE(Math.round(8000 * wave(n)), 2 * n)
  await open(write('run 1.bin', samples))
  const raw = page.getByRole('button', { name: 'Read as raw samples…' }).first()
  await raw.click()
  const dialog = importDialog()
  await expect(dialog).toContainText('Byte order')
  await dialog.getByLabel('Sample rate', { exact: true }).fill('1000')
  await expect(dialog).toContainText('1000 Hz')
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(source()).toContainText('run 1.bin')
  await open(write('run 2.bin', samples.subarray(0, 6000)))
  await expect(source()).toContainText('run 2.bin')
  await expect(importDialog()).toBeHidden()
  await expect(page.getByRole('contentinfo')).toContainText('1000 Hz')
  await expect(page.getByRole('contentinfo')).toContainText('3.00 s')
})

test('a choice for a table is remembered for the next file of such a name, unless it is not wanted', async () => {
  const table = `time,volt\n${rows((n) => `${n / 1000},${wave(n)}`)}`
  const status = page.getByRole('contentinfo')
  const choose2000 = async (path: string, remember: boolean) => {
    await open(path, 'Control+i')
    const dialog = importDialog()
    await dialog.getByLabel('Sample rate', { exact: true }).fill('2000')
    await expect(dialog).toContainText('2000 Hz')
    await dialog.getByRole('checkbox', { name: 'Remember for files with such names' }).setChecked(remember)
    await dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(status).toContainText('2000 Hz')
  }
  await choose2000(write('bench 2026-03-01.csv', table), true)
  await open(write('bench 2026-03-02.csv', table))
  await expect(source()).toContainText('bench 2026-03-02.csv')
  await expect(status).toContainText('2000 Hz')
  await open(write('other 1.csv', table))
  await expect(source()).toContainText('other 1.csv')
  await expect(status).toContainText('1000 Hz')

  await choose2000(join(folder, 'bench 2026-03-01.csv'), false)
  await open(join(folder, 'bench 2026-03-02.csv'))
  await expect(source()).toContainText('bench 2026-03-02.csv')
  await expect(status).toContainText('1000 Hz')
})

test('any channel is shown, or the mean of all, at import and later', async () => {
  const stereo = write('stereo.csv', `time,left,right\n${rows((n) => `${n / 1000},${wave(n)},${wave(3 * n)}`)}`)
  const picker = page.getByRole('banner').getByRole('button', { name: /^Channel: / })
  const pick = async (name: string) => {
    await picker.click()
    await page.getByRole('option', { name }).click()
  }
  const channelsToExport = async () => {
    await page.keyboard.press('Control+e')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    for (const name of [/^Output/, /^Residual/, /^Truth/]) {
      const box = dialog.getByRole('checkbox', { name })
      if (await box.isEnabled()) await box.uncheck()
    }
    const said = await dialog.getByText(/The file is read back/).textContent()
    await page.keyboard.press('Escape')
    return /\d+ channels?/.exec(said!)![0]
  }
  await open(stereo)
  await expect(source()).toContainText('stereo.csv')
  await expect(picker).toHaveAccessibleName('Channel: left')
  expect(await channelsToExport()).toBe('2 channels')
  await pick('right')
  await expect(picker).toHaveAccessibleName('Channel: right')
  await pick('Mean of all channels')
  await expect(picker).toHaveAccessibleName('Channel: Mean of all channels')
  expect(await channelsToExport()).toBe('1 channel')
  await pick('Each channel by itself')
  await expect(picker).toHaveAccessibleName('Channel: left')

  await open(stereo, 'Control+i')
  await importDialog()
    .getByRole('checkbox', { name: /^Mix all channels/ })
    .check()
  await expect(importDialog()).toContainText('mean of left, right')
  await importDialog().getByRole('button', { name: 'Open', exact: true }).click()
  await expect(picker).toHaveAccessibleName('Channel: Mean of all channels')
  await expect(page.getByRole('alert')).toBeHidden()
})
