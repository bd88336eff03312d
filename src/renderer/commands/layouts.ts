/** Commands that change what the middle of the window is for. */
import { layouts } from '../../contract/app'
import { layoutTitles } from '../layouts/titles'
import type { Command } from './command'

export const layoutCommands: readonly Command[] = layouts.map((layout, index) => ({
  id: `layout-${layout}`,
  title: `Show the layout ${layoutTitles[layout]}`,
  group: 'Layout',
  shown: `F${index + 2}`,
  keys: [`F${index + 2}`],
  run: (bench) => bench.setLayout(layout)
}))
