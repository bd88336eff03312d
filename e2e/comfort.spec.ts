/** What makes the window pleasant: palette, layouts, themes, numbers, undo, the keyboard alone, and screen readers. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { launch, test, type RunningApp } from './launch'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page

test.beforeAll(async () => {
  running = await launch()
  page = running.page
})
test.afterAll(() => running.close())

async function runCommand(words: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeHidden()
}

/** Violations by rule, with the places; legacy mode because an Electron window opens no second page. */
async function violations(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

test('the palette finds a command by a few letters and runs it', async () => {
  await page.keyboard.press('Control+K')
  const find = page.getByRole('combobox', { name: 'Find a command' })
  await expect(find).toBeFocused()
  await page.keyboard.type('tone 3')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Tone 3:/ })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Control+K')
  await page.keyboard.type('zzz')
  await expect(page.getByText('No command has')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(find).toBeHidden()
})

test('the menu offers every command of the palette', async () => {
  const menu = await running.app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.flatMap((group) => group.submenu!.items.map(({ label }) => label))
  )
  await page.keyboard.press('Control+K')
  const commands = await page.getByRole('option').locator('.title').allTextContents()
  await page.keyboard.press('Escape')
  expect(commands.length).toBeGreaterThan(20)
  for (const command of commands) expect(menu).toContain(command)
})

test('a layout is chosen by key and by mouse, and no layout loses the selectors', async () => {
  const layout = page.getByRole('radiogroup', { name: 'Layout' })
  await page.keyboard.press('F3')
  await expect(layout.getByRole('radio', { name: 'Spectrum' })).toBeChecked()
  await layout.getByRole('radio', { name: 'Compare' }).click()
  await expect(layout.getByRole('radio', { name: 'Compare' })).toBeChecked()
  await expect(page.getByRole('region', { name: 'Tone selectors' })).toBeVisible()
  await page.keyboard.press('F2')
  await expect(layout.getByRole('radio', { name: 'Scope' })).toBeChecked()
})

test('numbers take a decimal comma, and the point again', async () => {
  const tone = page.getByRole('button', { name: /^Tone 2:/ })
  await runCommand('decimal comma')
  await expect(tone).toContainText('3,00')
  await runCommand('decimal point')
  await expect(tone).toContainText('3.00')
})

test('the ear gets mix or output, low tones raised, and silence again', async () => {
  const group = page.getByRole('group', { name: 'Listen' })
  await page.keyboard.press('a')
  await expect(group.getByRole('button', { name: 'Mix' })).toHaveAttribute('aria-pressed', 'true')
  await expect(group).toContainText(/octaves up/)
  await page.keyboard.press('b')
  await expect(group.getByRole('button', { name: 'Output' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('b')
  await expect(group.locator('[aria-pressed=true]')).toHaveCount(0)
})

test('every control is reached by Tab and has a visible focus', async () => {
  await page.locator('body').click({ position: { x: 500, y: 300 } })
  const reached: string[] = []
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const { activeElement } = document
      if (!activeElement || activeElement === document.body) return ''
      const outline = getComputedStyle(activeElement).outlineStyle
      const label = activeElement.getAttribute('aria-label') ?? activeElement.textContent?.trim() ?? ''
      return `${activeElement.tagName} ${label.slice(0, 40)}${outline === 'none' ? ' WITHOUT FOCUS RING' : ''}`
    })
    if (name === '' || (reached.length > 0 && name === reached[0])) break
    reached.push(name)
  }
  expect(reached.filter((name) => name.includes('WITHOUT'))).toEqual([])
  const all = reached.join('\n')
  for (const control of ['Open…', 'Generate…', 'Commands', 'Mix', 'Pause', 'Loop']) expect(all).toContain(control)
  expect(all).toMatch(/Tone 1|1\.00/)
})

for (const layout of ['F2', 'F3', 'F4', 'F5']) {
  test(`nothing is against the rules of accessibility in the layout of ${layout}`, async () => {
    await page.keyboard.press(layout)
    await page.waitForTimeout(500)
    expect(await violations()).toEqual([])
  })
}

for (const theme of ['Theme of high contrast', 'Theme for paper', 'Dark or light theme']) {
  test(`the command "${theme}" gives colours that can be read`, async () => {
    await page.keyboard.press('F2')
    await runCommand(theme)
    await page.waitForTimeout(300)
    expect(await violations()).toEqual([])
  })
}

for (const [dialog, key] of [
  ['Commands', 'Control+K'],
  ['Keys', '?']
]) {
  test(`the dialog "${dialog}" is accessible`, async () => {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    expect(await violations()).toEqual([])
    await page.keyboard.press('Escape')
  })
}
