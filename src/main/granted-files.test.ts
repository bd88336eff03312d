import { describe, expect, it } from 'vitest'
import { GrantedFiles, filesFromArguments, type Grant } from './granted-files'

describe('filesFromArguments', () => {
  const files = (...argv: string[]) => filesFromArguments(['electron', ...argv], '/home/ann', '/opt/lab')

  it('finds relative and absolute files', () => {
    expect(files('/opt/lab', 'a.wav', '/data/b.csv')).toEqual(['/home/ann/a.wav', '/data/b.csv'])
  })

  it('passes over options, the app itself and a driver’s loader', () => {
    expect(files('--inspect=0', '-r', '/driver/loader.js', '/opt/lab/', '--no-sandbox', 'a b.wav')).toEqual([
      '/home/ann/a b.wav'
    ])
  })

  it('finds nothing where nothing was named', () => {
    expect(files('../../opt/lab')).toEqual([])
  })
})

describe('GrantedFiles', () => {
  it('tells the path to main’s side only, and never the same ticket twice', () => {
    const heard: Grant[] = []
    const files = new GrantedFiles((grant) => heard.push(grant))
    const first = files.grant('/data/a.wav')
    const second = files.grant('/data/a.wav')
    expect(first).toEqual({ fileId: heard[0].fileId, name: 'a.wav' })
    expect(JSON.stringify(first)).not.toContain('/data')
    expect(first.fileId).not.toBe(second.fileId)
    expect(files.all).toEqual(heard)
    expect(files.pathOf(first.fileId)).toBe('/data/a.wav')
  })

  it('keeps tickets for writing apart', () => {
    const files = new GrantedFiles(() => {})
    const { fileId } = files.grant('/data/out.wav', 'write')
    expect(files.all).toEqual([{ fileId, path: '/data/out.wav', access: 'write' }])
    expect(files.pathOf(fileId)).toBeUndefined()
  })
})
