/** Certificates of a test's own: an authority of a minute's making, and one certificate by it for both ends. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Paths of PEM files in the folder; the certificate is for 127.0.0.1. Needs openssl. */
export function makeCertificates(folder: string): { ca: string; cert: string; key: string } {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  const request = ['req', '-newkey', 'rsa:2048', '-nodes', '-subj']
  openssl(...request, '/CN=Test authority', '-x509', '-days', '2', '-keyout', at('ca.key'), '-out', at('ca.pem'))
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1']
  const by = ['-x509', '-days', '2', '-CA', at('ca.pem'), '-CAkey', at('ca.key')]
  openssl(...request, '/CN=127.0.0.1', ...names, ...by, '-keyout', at('end.key'), '-out', at('end.pem'))
  return { ca: at('ca.pem'), cert: at('end.pem'), key: at('end.key') }
}
