/**
 * A thousand actions at random while a filter runs and a network trains: nothing that is pressed, clicked, dragged or
 * typed in any order ends a process, throws in the page, or leaves the program unable to filter afterwards.
 *
 * SIGNAL_LAB_MONKEY is the number of seeds (1), SIGNAL_LAB_SEED the first of them (1).
 */
import { expect, type Page } from '@playwright/test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../src/core/random'
import { launch, test, type RunningApp } from './launch'
import { writeCsv, writeWav } from './recordings'

const actionCount = 1000
const seeds = Array.from({ length: Number(process.env.SIGNAL_LAB_MONKEY ?? 1) }, (_, index) => {
  return Number(process.env.SIGNAL_LAB_SEED ?? 1) + index
})
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-monkey-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What asks the network for gigabytes, or the system for a window of its own. */
const leftAlone = /CUDA|print|quit/i

const keys = [
  ...'1234abcdefgijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-,.<>[]?',
  ...[
    'ArrowLeft',
    'ArrowRight',
    'ArrowUp',
    'ArrowDown',
    'Home',
    'End',
    'Delete',
    'Enter',
    'Escape',
    'Tab',
    'Shift+Tab'
  ],
  ...['Space', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'Control+k', 'Control+t', 'Control+r', 'Control+z', 'Control+y'],
  ...[
    'Control+a',
    'Control+g',
    'Control+e',
    'Control+i',
    'Control+o',
    'Control+v',
    'Shift+ArrowLeft',
    'Shift+ArrowRight'
  ]
]
const texts = ['0', '-1', '12.5', '1e9', '440', 'NaN', '', '3,5', 'a "word"', '<b>', '7'.repeat(60), '2026-11-26', '25']

interface Place {
  readonly x: number
  readonly y: number
}

/** The middle of everything on the screen that can be pressed, chosen or typed into. */
const placesOf = (page: Page): Promise<Place[]> =>
  page.evaluate((skipped) => {
    const wanted =
      'button, select, input, textarea, summary, [role=radio], [role=tab], [role=option], [role=menuitem], [role=slider], th, td'
    const pattern = new RegExp(skipped, 'i')
    return [...document.querySelectorAll<HTMLElement>(wanted)].flatMap((element) => {
      const { left, top, width, height } = element.getBoundingClientRect()
      const [x, y] = [left + width / 2, top + height / 2]
      if (width === 0 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return []
      const said = `${element.textContent} ${element.getAttribute('aria-label')} ${element.title}`
      const isOnTop = element.contains(document.elementFromPoint(x, y))
      return isOnTop && !pattern.test(said) ? [{ x, y }] : []
    })
  }, leftAlone.source)

class Monkey {
  readonly #random: Random
  constructor(
    readonly running: RunningApp,
    seed: number
  ) {
    this.#random = new Random(seed)
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#random.integer(choices.length)]
  }

  async #anywhere(): Promise<Place> {
    const { width, height } = await this.running.page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
    return { x: this.#random.integer(width), y: this.#random.integer(height) }
  }

  /** One action, and what it was. */
  async act(): Promise<string> {
    const { page, app } = this.running
    const kind = this.#one(['key', 'key', 'key', 'click', 'click', 'click', 'click', 'type', 'wheel', 'drag', 'size'])
    if (kind === 'key') {
      const key = this.#one(keys)
      await page.keyboard.press(key)
      return key
    }
    if (kind === 'click' || kind === 'type') {
      const places = await placesOf(page)
      if (places.length === 0) return 'nothing to click'
      const { x, y } = this.#one(places)
      await page.mouse.click(x, y, this.#random.integer(10) === 0 ? { button: 'right' } : {})
      if (kind === 'click') return `click at ${x}, ${y}`
      const text = this.#one(texts)
      await page.keyboard.insertText(text)
      const end = this.#one(['Enter', 'Tab', 'Escape'])
      await page.keyboard.press(end)
      return `"${text}" and ${end} at ${x}, ${y}`
    }
    if (kind === 'size') {
      const [width, height] = [700 + this.#random.integer(1000), 500 + this.#random.integer(600)]
      await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(...size), [
        width,
        height
      ] as [number, number])
      return `window of ${width} x ${height}`
    }
    const { x, y } = await this.#anywhere()
    await page.mouse.move(x, y)
    const modifier = this.#one(['', '', 'Control', 'Shift', 'Alt'])
    if (modifier) await page.keyboard.down(modifier)
    const to = await this.#anywhere()
    if (kind === 'wheel') await page.mouse.wheel(0, this.#one([-600, -120, 120, 600]))
    else {
      await page.mouse.down()
      await page.mouse.move(to.x, to.y, { steps: 4 })
      await page.mouse.up()
    }
    if (modifier) await page.keyboard.up(modifier)
    return `${kind} ${modifier} from ${x}, ${y} to ${to.x}, ${to.y}`
  }
}

/** Dialogs of the system answer at once: every other one is cancelled. */
async function answerDialogs({ app }: RunningApp): Promise<void> {
  const paths = [join(folder, 'tones.wav'), join(folder, 'table.csv')]
  writeWav(paths[0], [3, 7, 12], 20)
  writeCsv(paths[1], [2, 9])
  await app.evaluate(
    ({ dialog }, { paths, folder }) => {
      let asked = 0
      const next = () => (asked += 1)
      dialog.showOpenDialog = async () =>
        next() % 2 ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [paths[(asked / 2) % 2]] }
      dialog.showSaveDialog = async (...given: unknown[]) => {
        const { defaultPath = '' } = (given.at(-1) ?? {}) as { defaultPath?: string }
        const name = `${next()}-${defaultPath.split('/').at(-1)}`
        return asked % 2 ? { canceled: true, filePath: '' } : { canceled: false, filePath: `${folder}/${name}` }
      }
      dialog.showMessageBox = async () => ({ response: next() % 2, checkboxChecked: false })
    },
    { paths, folder }
  )
}

/** Those that compute, by name; one that was started again has another number. */
const processesOf = ({ app }: RunningApp) =>
  app.evaluate(({ app }) =>
    Object.fromEntries(
      app
        .getAppMetrics()
        .filter(({ name }) => name?.startsWith('Signal Lab'))
        .map(({ name, pid }) => [name, pid])
    )
  )

for (const seed of seeds) {
  test(`${actionCount} actions at random, seed ${seed}`, async () => {
    test.setTimeout(30 * 60_000)
    const running = await launch()
    const { app, page, userData } = running
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(`thrown in the page: ${error.stack}`))
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(`told by the page: ${message.text()}`)
    })
    page.on('crash', () => wrong.push('the page crashed'))
    await answerDialogs(running)
    await page.keyboard.press('Control+t')
    await page.getByRole('radio', { name: 'Streams', exact: true }).click()
    await page.getByRole('textbox', { name: 'Units', exact: true }).fill('8')
    await page.getByRole('button', { name: 'Start the training' }).click()

    await expect(page.getByRole('status', { name: 'State of the run' })).toHaveText('trains')
    const processes = await processesOf(running)
    const monkey = new Monkey(running, seed)
    const done: string[] = []
    for (let number = 0; number < actionCount; number += 1) {
      done.push(await monkey.act())
      const where = `after action ${number}: ${done.slice(-25).join(' | ')}`
      expect(wrong, where).toEqual([])
      expect(await processesOf(running), where).toEqual(processes)
    }
    // Whatever is open, the program filters the bundled mix as on its first day.
    for (let turn = 0; turn < 6; turn += 1) await page.keyboard.press('Escape')
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1440, 900))
    const log = join(userData, 'logs/main.log')
    const logged = existsSync(log) ? readFileSync(log, 'utf8') : ''
    expect(logged).not.toMatch(/ error |Nobody heard of/)
    await filtersAfterwards(page)
    await running.close()
  })
}

/** The bundled mix runs through the filter: what is drawn of its output changes. */
async function filtersAfterwards(page: Page): Promise<void> {
  for (const title of ['Open the bundled mix', 'Show the layout Scope', 'Follow the newest sample']) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find a command' }).fill(title)
    await page.keyboard.press('Enter')
  }
  await expect(page.getByRole('banner').getByRole('button').first()).toContainText('Demo mix')
  await page.keyboard.press('2')
  const run = page.getByRole('button', { name: 'Run', exact: true })
  if (await run.isVisible()) await run.click()
  const scope = page.getByRole('region', { name: 'Scope', exact: true })
  const drawn = () => scope.screenshot().then((picture) => picture.toString('base64'))
  const before = await drawn()
  await expect.poll(drawn, { timeout: 20_000, intervals: [500] }).not.toBe(before)
}
