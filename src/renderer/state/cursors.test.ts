import { describe, expect, it } from 'vitest'
import { Cursors, differenceOf } from './cursors.svelte'
import { History } from './history.svelte'
import { Selection } from './selection.svelte'

describe('cursors', () => {
  it('stand at places of the record and, apart from those, at times after the trigger', () => {
    const cursors = new Cursors(new History())
    cursors.move('record', 'a', 100)
    cursors.move('trigger', 'a', 5)
    cursors.move('record', 'b', 300.5)
    expect(cursors.pair('record')).toEqual({ a: 100, b: 300.5 })
    expect(cursors.pair('trigger')).toEqual({ a: 5, b: null })
    cursors.remove('record', 'a')
    expect(cursors.pair('record')).toEqual({ a: null, b: 300.5 })
  })

  it('give time, frequency, value and samples between them', () => {
    const between = differenceOf({ place: 1000, value: 0.5 }, { place: 1250, value: -0.25 }, 1000)
    expect(between).toEqual({ seconds: 0.25, samples: 250, hertz: 4, value: -0.75 })
    expect(differenceOf({ place: 1250 }, { place: 1000 }, 1000)).toMatchObject({ seconds: -0.25, hertz: 4 })
  })

  it('have no frequency at one place, and no value where one is missing', () => {
    expect(differenceOf({ place: 7, value: 1 }, { place: 7 }, 1000)).toEqual({
      ...{ seconds: 0, samples: 0, hertz: undefined, value: undefined }
    })
  })
})

describe('markers', () => {
  it('are any number, in the order of their places, each with a name', () => {
    const cursors = new Cursors(new History())
    const late = cursors.addMarker(900)
    cursors.addMarker(100, 'start of the pump')
    expect(cursors.markers.map(({ name }) => name)).toEqual(['start of the pump', 'M1'])
    cursors.moveMarker(late.id, 50)
    cursors.renameMarker(late.id, '  click ')
    cursors.renameMarker(late.id, '  ')
    expect(cursors.markers.map(({ name, place }) => [name, place])).toEqual([
      ['click', 50],
      ['start of the pump', 100]
    ])
    cursors.removeMarker(late.id)
    expect(cursors.markers).toHaveLength(1)
  })

  it('go back a step at a time, of which a drag is one', () => {
    const history = new History()
    const cursors = new Cursors(history)
    const { id } = cursors.addMarker(100)
    for (const place of [110, 120, 120]) cursors.moveMarker(id, place)
    cursors.renameMarker(id, 'M1')
    cursors.renameMarker(id, 'click')
    cursors.removeMarker(id)
    const titles: (string | undefined)[] = []
    const states: unknown[] = []
    while (history.undoTitle !== undefined) {
      titles.push(history.undoTitle)
      history.undo()
      states.push(cursors.markers.map(({ name, place }) => [name, place]))
    }
    expect(titles).toEqual(['Remove marker click', 'Rename marker M1', 'Move marker M1', 'Add marker M1'])
    expect(states).toEqual([[['click', 120]], [['M1', 120]], [['M1', 100]], []])
    history.redo()
    history.redo()
    expect(cursors.markers).toMatchObject([{ name: 'M1', place: 120 }])
  })
})

describe('the selection', () => {
  const selection = new Selection(() => 1000)

  it('holds whole samples inside the record, whichever way it is drawn', () => {
    selection.select(700.4, 200.6)
    expect(selection.range).toEqual({ start: 201, end: 700 })
    selection.select(-50, 5000)
    expect(selection.range).toEqual({ start: 0, end: 1000 })
    expect(selection.count).toBe(1000)
  })

  it('is nothing where it holds no sample', () => {
    selection.select(5, 5.2)
    expect(selection.range).toBeNull()
    expect(selection.count).toBe(0)
  })

  it('lets its edges be moved, also past each other', () => {
    selection.select(200, 400)
    selection.moveEdge('end', 100)
    expect(selection.range).toEqual({ start: 100, end: 200 })
    selection.moveEdge('start', 150)
    expect(selection.range).toEqual({ start: 150, end: 200 })
    selection.clear()
    selection.moveEdge('start', 10)
    expect(selection.range).toBeNull()
  })
})
