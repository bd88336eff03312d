import { describe, expect, it } from 'vitest'
import { History } from './history.svelte'

function setup() {
  const history = new History()
  const state = { value: 0 }
  const set = (value: number, mergeKey?: string, now?: number) => {
    const before = state.value
    state.value = value
    const change = { title: `Set ${value}`, undo: () => (state.value = before), redo: () => (state.value = value) }
    history.add({ ...change, mergeKey }, now)
  }
  return { history, state, set }
}

describe('History', () => {
  it('goes back and forward one change at a time and names them', () => {
    const { history, state, set } = setup()
    set(1)
    set(2)
    expect(history.undoTitle).toBe('Set 2')
    history.undo()
    expect([state.value, history.undoTitle, history.redoTitle]).toEqual([1, 'Set 1', 'Set 2'])
    history.undo()
    history.undo()
    expect([state.value, history.undoTitle]).toEqual([0, undefined])
    history.redo()
    history.redo()
    history.redo()
    expect([state.value, history.redoTitle]).toEqual([2, undefined])
  })

  it('forgets what was undone once something new is done', () => {
    const { history, state, set } = setup()
    set(1)
    history.undo()
    set(5)
    history.redo()
    expect(state.value).toBe(5)
    history.undo()
    expect(state.value).toBe(0)
  })

  it('makes one step of a gesture, and two of gestures that are apart', () => {
    const { history, state, set } = setup()
    set(1, 'drag', 0)
    set(2, 'drag', 500)
    set(3, 'drag', 900)
    set(4, 'drag', 5000)
    history.undo()
    expect(state.value).toBe(3)
    history.undo()
    expect(state.value).toBe(0)
    history.redo()
    expect(state.value).toBe(3)
  })

  it('does not merge into a step that was undone and done again', () => {
    const { history, state, set } = setup()
    set(1, 'drag', 0)
    history.undo()
    history.redo()
    set(2, 'drag', 100)
    history.undo()
    expect(state.value).toBe(1)
  })

  it('keeps a bounded past', () => {
    const { history, state, set } = setup()
    for (let value = 1; value <= 300; value += 1) set(value)
    for (let count = 0; count < 300; count += 1) history.undo()
    expect(state.value).toBe(100)
  })
})
