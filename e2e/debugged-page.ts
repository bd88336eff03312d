/**
 * The page of a packaged program. Its fuses leave no door but Chromium's own protocol, and that one only with
 * --diagnostics.
 */
import { chromium, type Browser, type Page } from '@playwright/test'

/** With these it is started. */
export const debugging = ['--diagnostics', '--remote-debugging-port=0']

/** `output` is what it said up to now. Rejects with that where no page comes. */
export async function debuggedPage(output: () => string): Promise<{ browser: Browser; page: Page }> {
  const url = await until(() => /DevTools listening on (ws:\S+)/.exec(output())?.[1], output)
  // Electron knows no browser contexts, so Playwright must not set them up.
  const browser = await chromium.connectOverCDP(url, { noDefaults: true })
  return { browser, page: await until(() => browser.contexts()[0]?.pages()[0], output) }
}

/** Until it is something; rejects after twenty seconds with what the program said. */
export async function until<T>(look: () => T, output: () => string): Promise<NonNullable<T>> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing came within 20 s; the program said: ${output()}`)
}
