/* global Image, document */
/**
 * build/icons from the drawing beside them: `node scripts/package/make-icons.mjs`. Run when the drawing changes; the
 * pictures are kept in the repository, so that a package can be built without a display.
 *
 * Chromium draws the pictures; the two containers (ICO, ICNS) hold them as PNG files.
 */
import { _electron } from '@playwright/test'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { withDisplay } from '../display.mjs'
import { root, say } from './steps.mjs'

const folder = join(root, 'build/icons')
const sizes = [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024]
/** Apple's names for PNG pictures of one size. */
const appleNames = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }

const pictures = await draw(readFileSync(join(folder, 'signal-lab.svg'), 'utf8'))
for (const size of sizes.filter((size) => size <= 512)) {
  writeFileSync(join(folder, `${size}x${size}.png`), pictures[size])
}
writeFileSync(join(folder, 'signal-lab.ico'), icoOf([16, 24, 32, 48, 64, 128, 256]))
writeFileSync(join(folder, 'signal-lab.icns'), icnsOf(appleNames))
say(`${sizes.length} icons drawn`)

/** PNG files by size. */
async function draw(svg) {
  const display = await withDisplay()
  const electron = createRequire(import.meta.url)('electron')
  const app = await _electron.launch({
    executablePath: electron,
    args: [join(root, 'scripts/package/icon-canvas')],
    env: display.env
  })
  const page = await app.firstWindow()
  const drawn = await page.evaluate(
    async ({ svg, sizes }) => {
      const image = new Image()
      image.src = `data:image/svg+xml;base64,${btoa(svg)}`
      await image.decode()
      const draw = (size) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
        canvas.getContext('2d').drawImage(image, 0, 0, size, size)
        return [size, canvas.toDataURL('image/png').split(',')[1]]
      }
      return sizes.map(draw)
    },
    { svg, sizes }
  )
  await app.close()
  display.end()
  return Object.fromEntries(drawn.map(([size, base64]) => [size, Buffer.from(base64, 'base64')]))
}

/** Windows' container: a table of 16 bytes a picture, then the pictures. */
function icoOf(sizes) {
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let offset = head.length
  sizes.forEach((size, index) => {
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(pictures[size].length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += pictures[size].length
  })
  return Buffer.concat([head, ...sizes.map((size) => pictures[size])])
}

/** Apple's container: name and length before each picture. */
function icnsOf(names) {
  const parts = Object.entries(names).map(([size, name]) => {
    const head = Buffer.alloc(8)
    head.write(name, 'ascii')
    head.writeUInt32BE(pictures[size].length + 8, 4)
    return Buffer.concat([head, pictures[size]])
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.write('icns', 'ascii')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}
