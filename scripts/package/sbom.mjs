/** The software bill of materials: CycloneDX 1.5 as JSON, from the lock file. Equal inputs give equal bytes. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { components } from './components.mjs'
import { root } from './steps.mjs'

/** @param {{ electronVersion: string, tensorflowVersion: string }} runtimes */
export function billOfMaterials(runtimes) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const digest = createHash('sha256').update(lock).update(JSON.stringify(runtimes)).digest('hex')
  const self = { type: 'application', 'bom-ref': `${name}@${version}`, name, version, licenses: licenceOf(license) }
  const parts = components(runtimes).map(({ name, version, licence, integrity, purl, folder }) => ({
    type: folder ? 'library' : 'framework',
    // Two copies of one version may be installed at two places.
    'bom-ref': folder ? `${purl}#${folder}` : purl,
    name,
    version,
    purl,
    licenses: licenceOf(licence),
    ...(integrity && { hashes: hashesOf(integrity) })
  }))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: { component: self },
    components: parts
  }
}

const licenceOf = (licence) => (/[ ()]/.test(licence) ? [{ expression: licence }] : [{ license: { id: licence } }])

/** "sha512-<base 64> …" -> CycloneDX's hexadecimal. */
function hashesOf(integrity) {
  return integrity.split(' ').map((entry) => {
    const [algorithm, value] = entry.split(/-(.*)/)
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') }
  })
}

/** A UUID of version 8 (own content) from a hash. */
function uuidOf(hex) {
  const at = (from, to) => hex.slice(from, to)
  return `${at(0, 8)}-${at(8, 12)}-8${at(13, 16)}-a${at(17, 20)}-${at(20, 32)}`
}
