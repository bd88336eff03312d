/** Commands of the scope: what is visible, live modes, cursors, markers and the selection. */
import type { Command } from './command'

const noSelection = 'Nothing is selected: drag in the strip above the lanes, or press I and U.'

export const scopeCommands: readonly Command[] = [
  {
    id: 'follow',
    title: 'Follow the newest sample',
    group: 'View',
    shown: 'N',
    keys: ['n', 'N'],
    run: (b) => b.view.follow()
  },
  { id: 'fit', title: 'Show the whole record', group: 'View', shown: 'F', keys: ['f', 'F'], run: (b) => b.view.fit() },
  {
    ...{ id: 'fit-selection', title: 'Show the selection', group: 'View', shown: 'W', keys: ['w', 'W'] },
    blockedBy: (b) => (b.selection.range ? undefined : noSelection),
    run: (b) => b.screen.fitSelection()
  },
  { id: 'zoom-in', title: 'Zoom in', group: 'View', shown: '↑', keys: ['ArrowUp'], run: (b) => b.screen.zoomStep(-1) },
  {
    id: 'zoom-out',
    title: 'Zoom out',
    group: 'View',
    shown: '↓',
    keys: ['ArrowDown'],
    run: (b) => b.screen.zoomStep(1)
  },
  { id: 'view-back', title: 'View before', group: 'View', shown: '<', keys: ['<'], run: (b) => b.view.back() },
  { id: 'view-forward', title: 'View after', group: 'View', shown: '>', keys: ['>'], run: (b) => b.view.forward() },
  {
    ...{ id: 'overlay', title: 'Stacked or overlaid lanes', group: 'View', shown: 'V', keys: ['v', 'V'] },
    run: (b) => b.scope.change({ lanes: b.scope.current.lanes === 'stacked' ? 'overlaid' : 'stacked' })
  },
  { id: 'roll', title: 'Roll', group: 'Running', run: (b) => b.screen.setMode('roll') },
  {
    id: 'sweep',
    title: 'Sweep or roll',
    group: 'Running',
    shown: 'S',
    keys: ['s', 'S'],
    run: (b) => b.screen.setMode(b.scope.current.mode === 'roll' ? 'sweep' : 'roll')
  },
  {
    id: 'single',
    title: 'Single sweep',
    group: 'Running',
    shown: 'Q',
    keys: ['q', 'Q'],
    run: (b) => b.screen.single()
  },
  {
    ...{ id: 'loop-selection', title: 'Loop the selection', group: 'Running', shown: 'K', keys: ['k', 'K'] },
    blockedBy: (b) => (b.selection.range || b.screen.looped ? undefined : noSelection),
    run: (b) => b.screen.loopSelection()
  },
  {
    id: 'cursor-a',
    title: 'Cursor A here',
    group: 'Cursors',
    shown: 'C',
    keys: ['c', 'C'],
    run: (b) => b.screen.toggleCursor('a')
  },
  {
    id: 'cursor-b',
    title: 'Cursor B here',
    group: 'Cursors',
    shown: 'X',
    keys: ['x', 'X'],
    run: (b) => b.screen.toggleCursor('b')
  },
  {
    id: 'marker',
    title: 'Marker here',
    group: 'Cursors',
    shown: 'M',
    keys: ['m', 'M'],
    run: (b) => b.screen.addMarker()
  },
  {
    id: 'select-from',
    title: 'Select from here',
    group: 'Cursors',
    shown: 'I',
    keys: ['i', 'I'],
    run: (b) => b.screen.selectEdge('start')
  },
  {
    id: 'select-to',
    title: 'Select up to here',
    group: 'Cursors',
    shown: 'U',
    keys: ['u', 'U'],
    run: (b) => b.screen.selectEdge('end')
  },
  {
    ...{ id: 'select-all', title: 'Select the whole record', group: 'Cursors', shown: 'Ctrl+A', keys: ['a', 'A'] },
    modifier: 'control',
    run: (b) => b.selection.selectAll()
  },
  {
    ...{ id: 'select-none', title: 'Select nothing', group: 'Cursors', shown: 'Delete', keys: ['Delete'] },
    run: (b) => b.selection.clear()
  }
]
