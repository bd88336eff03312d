import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { TrainRequest } from '../../contract/training'
import { usualJoint, usualSequences, usualStreams } from '../../contract/train-defaults'
import { TrainForm } from '../state/train-form.svelte'
import { fieldsOfAll, fieldsOfKind, trainFields, trainKinds, type TrainKind } from './train-fields'

const usual = {
  joint: usualJoint([1, 3], 1000),
  streams: usualStreams([1, 3], 1000),
  sequences: usualSequences()
} as const

describe('the form of a training', () => {
  it('asks for the ranges that the request allows, neither more nor less', () => {
    for (const kind of Object.keys(usual) as TrainKind[]) {
      for (const name of [...fieldsOfKind[kind], ...fieldsOfAll]) {
        if (name === 'samplesPerTick' || name.startsWith('noise')) continue
        const { low, high, kind: number } = trainFields[name]
        const accepts = (value: number) => v.is(TrainRequest, { ...usual[kind], [name]: value })
        expect([name, accepts(low), accepts(high)]).toEqual([name, true, true])
        expect([name, accepts(high + 1)]).toEqual([name, false])
        expect([name, accepts(low - 1)]).toEqual([name, false])
        if (number === 'float') expect([name, accepts(low + 0.5)]).toEqual([name, true])
      }
    }
  })

  it('starts from the request that each way is usually trained by, and says the same again', () => {
    for (const { value } of trainKinds) {
      const form = new TrainForm()
      form.take(usual[value])
      const { title, id, ...said } = form.request!
      expect(said).toEqual(expect.objectContaining({ kind: value, batchSize: usual[value].batchSize }))
      expect(v.is(TrainRequest, form.request)).toBe(true)
      expect(said).toEqual({ ...usual[value], id: undefined, title: undefined, ...said })
      expect(title).not.toBe('')
      expect(id).toMatch(/^[a-z0-9-]+$/)
    }
  })

  it('takes the tones of the open signal, and follows them', () => {
    const form = new TrainForm()
    form.noteSignal([2, 4, 6], 500)
    expect(form.request).toMatchObject({ kind: 'joint', frequenciesHz: [2, 4, 6], sampleRate: 500, batchSize: 72 })
    form.noteSignal([2, 4], 500)
    expect(form.request).toMatchObject({ frequenciesHz: [2, 4], batchSize: 48 })
    form.setKind('streams')
    expect(form.request).toMatchObject({ kind: 'streams', frequenciesHz: [2, 4], modelRate: 500 / 17 })
  })

  it('trains sequences of a preset alone, and the network alone for no tone in particular not at all', () => {
    const form = new TrainForm()
    form.noteSignal([2, 4], 500)
    expect(form.refusalOf('sequences')).toContain('preset')
    form.setTask('preset')
    form.setKind('sequences')
    expect(form.request).toMatchObject({ kind: 'sequences', preset: 'seed', epochs: 50 })
    form.setTask('any')
    expect(form.request).toMatchObject({ kind: 'joint', frequenciesHz: [] })
    expect(form.refusalOf('streams')).toContain('tones')
  })

  it('says what is wrong with what was typed, and asks for nothing meanwhile', () => {
    const form = new TrainForm()
    form.noteSignal([2, 4], 500)
    form.setTask('hand')
    form.tonesText = '2, 2'
    expect(form.tonesProblem).toContain('twice')
    form.tonesText = '2, 400'
    expect(form.tonesProblem).toContain('below 250 Hz')
    form.tonesText = 'two'
    expect(form.request).toBeUndefined()
    form.tonesText = '2,5; 7'
    expect(form.request).toMatchObject({ frequenciesHz: [2.5, 7] })
    form.numbers.batchSize = NaN
    expect(form.problem).toBe('Batch: expected a whole number, 1 to 4096.')
    expect(form.request).toBeUndefined()
  })
})
