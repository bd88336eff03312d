/** What was on the screen is there again at the next start. */
import { expect } from '@playwright/test'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, test } from './launch'
import { writeWav } from './recordings'

test('a file, its tones and its markers come back; a file that is gone says so and leaves the bundled mix', async () => {
  test.setTimeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-session-'))
  const kept = join(folder, 'kept')
  const file = join(folder, 'two tones.wav')
  writeWav(file, [40, 90])
  const first = await launch({ args: [file] })
  const tone = (index: number, page = first.page) => page.getByRole('button', { name: new RegExp(`^Tone ${index}:`) })
  await expect(first.page.getByRole('banner').getByRole('button').first()).toContainText('two tones')
  await tone(2).dblclick()
  await first.page.keyboard.press('Control+A')
  await first.page.keyboard.type('70')
  await first.page.keyboard.press('Enter')
  await expect(tone(2)).toContainText('70.0')
  await first.page.waitForTimeout(1200)
  cpSync(join(first.userData, 'session.json'), kept)
  await first.close()

  const withSession = (userData: string) => cpSync(kept, join(userData, 'session.json'))
  const second = await launch({ prepare: withSession })
  await expect(second.page.getByRole('banner').getByRole('button').first()).toContainText('two tones')
  await expect(tone(1, second.page)).toContainText('40.0')
  await expect(tone(2, second.page)).toContainText('70.0')
  await second.close()

  rmSync(file)
  const third = await launch({ prepare: withSession })
  await expect(third.page.getByText('two tones.wav could not be opened')).toBeVisible()
  await expect(tone(1, third.page)).toContainText('1.00')
  await third.close()
})
