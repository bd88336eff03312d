import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { pathOfUrl, serveAppFiles } from './app-files'

describe('pathOfUrl', () => {
  it.each(['index.html', 'assets/index-BfQnrTtf.js', 'assets/a_b.css'])('knows %s', (path) => {
    expect(pathOfUrl(`app://lab/${path}`)).toBe(path)
  })

  it.each([
    'app://lab',
    'app://lab/',
    'app://lab/../package.json',
    'app://lab/assets/../../package.json',
    'app://lab/%2e%2e/package.json',
    'app://lab/..%5Cpackage.json',
    'app://lab/..\\package.json',
    'app://lab//etc/passwd',
    'app://lab/index.html?x',
    'app://lab/index.html#x',
    'app://lab/.hidden',
    'app://lab.example/index.html',
    'app://other/index.html',
    'https://lab/index.html',
    'file:///etc/passwd',
    'app://lab/index.html\0.png'
  ])('refuses %j', (url) => {
    expect(pathOfUrl(url)).toBeUndefined()
  })
})

describe('serveAppFiles', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signal-lab-files-'))
    await mkdir(join(folder, 'page/assets'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'secret')
    await writeFile(join(folder, 'page/index.html'), '<p>')
    await writeFile(join(folder, 'page/assets/main.js'), '1')
  })

  it('answers with a file, its type and the content policy', async () => {
    const answer = await serveAppFiles(join(folder, 'page'))
    const { status, headers, body } = await answer('GET', 'app://lab/assets/main.js')
    expect([status, body.toString()]).toEqual([200, '1'])
    expect(headers['Content-Type']).toContain('text/javascript')
    expect(headers['Content-Security-Policy']).toContain("default-src 'none'")
    expect(headers['Content-Security-Policy']).not.toContain('unsafe')
  })

  it('knows only what was there at the start, and only GET', async () => {
    const answer = await serveAppFiles(join(folder, 'page'))
    await writeFile(join(folder, 'page/late.js'), '2')
    expect((await answer('GET', 'app://lab/late.js')).status).toBe(404)
    expect((await answer('POST', 'app://lab/index.html')).status).toBe(404)
    expect((await answer('GET', 'app://lab/../secret.txt')).status).toBe(404)
  })

  it('says what is missing where the page was not built', async () => {
    await expect(serveAppFiles(join(folder, 'page/assets'))).rejects.toThrow('index.html is missing')
  })
})
