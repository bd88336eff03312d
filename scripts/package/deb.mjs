/**
 * A Debian package by dpkg-deb alone: electron-builder's own maker wants fpm from its release server.
 *
 * Menu entry, file types and icons are taken up by the system's own triggers, so the package runs no script of its own;
 * removing it leaves the user's folder alone.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { must, root } from './steps.mjs'

export const debianArchitectures = { x64: 'amd64', arm64: 'arm64' }

/** Shared libraries that Electron's binary wants of the system; xdg-utils is only nice to have. */
const depends = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libasound2 | libasound2t64',
  'libgbm1',
  'libdrm2',
  'libxkbcommon0',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libcups2 | libcups2t64',
  'libstdc++6 (>= 9)',
  'libc6 (>= 2.28)'
]

/**
 * @param {{ unpacked: string, output: string, version: string, arch: 'x64' | 'arm64', manPage: string }} what
 */
export function makeDeb({ unpacked, output, version, arch, manPage }) {
  // Beside the output: as large as the app, and on the same disk, so that its files can be linked.
  const folder = mkdtempSync(join(existsSync(join(unpacked, '..')) ? join(unpacked, '..') : tmpdir(), '.deb-'))
  try {
    const put = (path, content) => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const program = join(folder, 'opt/signal-lab')
    mkdirSync(join(folder, 'opt'), { recursive: true })
    must('cp', ['-al', unpacked, program])
    mkdirSync(join(folder, 'usr/bin'), { recursive: true })
    symlinkSync('/opt/signal-lab/signal-lab', join(folder, 'usr/bin/signal-lab'))
    symlinkSync('/opt/signal-lab/siglab', join(folder, 'usr/bin/siglab'))
    const linux = join(root, 'build/linux')
    for (const [from, to] of [
      [join(linux, 'signal-lab.desktop'), 'usr/share/applications/signal-lab.desktop'],
      [join(linux, 'signal-lab.xml'), 'usr/share/mime/packages/signal-lab.xml'],
      [join(root, 'LICENSE'), 'usr/share/doc/signal-lab/copyright']
    ]) {
      mkdirSync(join(folder, to, '..'), { recursive: true })
      copyFileSync(from, join(folder, to))
    }
    put('usr/share/man/man1/siglab.1.gz', gzipSync(manPage, { level: 9 }))
    for (const name of readdirSync(join(root, 'build/icons')).filter((name) => name.endsWith('.png'))) {
      const place = join(folder, 'usr/share/icons/hicolor', name.replace('.png', ''), 'apps')
      mkdirSync(place, { recursive: true })
      cpSync(join(root, 'build/icons', name), join(place, 'signal-lab.png'))
    }
    must('chmod', ['-R', 'u+rwX,go+rX,go-w', folder])
    // Chromium's sandbox where the kernel gives ordinary users no namespaces.
    chmodSync(join(program, 'chrome-sandbox'), 0o4755)
    const kilobytes = must('du', ['-sk', '--apparent-size', folder]).split('\t')[0]
    put('DEBIAN/control', controlFile({ version, arch, kilobytes }))
    must('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z12', '--build', folder, output])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function controlFile({ version, arch, kilobytes }) {
  return `Package: signal-lab
Version: ${version}
Architecture: ${debianArchitectures[arch]}
Maintainer: The Signal Lab authors <signal-lab@example.invalid>
Installed-Size: ${kilobytes}
Depends: ${depends.join(', ')}
Recommends: xdg-utils, shared-mime-info, desktop-file-utils, hicolor-icon-theme
Section: science
Priority: optional
Description: desktop signal laboratory
 See recordings on an oscilloscope, pick single tones out of a noisy mix with
 neural filters that run live, measure them, and train filters of your own.
 The command line is siglab(1).
`
}
