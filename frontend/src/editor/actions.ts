/**
 * Everything a person can do, once: the keyboard, the context menu, the search over everything
 * and the help are all drawn from this list.
 */

import { callsOf, MAIN } from '../document/submodels'
import type { Editor } from './editor.svelte'
import { startRun, stopRun } from './runs'
import { anything, oneModel, oneWithInput, oneWithOutput, someNodes } from './selected'
import { tidy } from './tidy'
import {
  callAgain,
  copy,
  duplicate,
  groupSelection,
  nudge,
  pasteText,
  removeGraph,
  removeSelection,
  selectAll,
  ungroupSelection,
} from './verbs'

export type Group = 'Edit' | 'Layers and wires' | 'View' | 'Model'

export interface Action {
  id: string
  label: string
  group: Group
  /** Keys, as "Mod+Shift+Z"; Mod is Ctrl, and Cmd on a Mac. */
  keys: readonly string[]
  /** Shown in the context menu of the canvas. */
  menu?: true
  /** The browser does it through an event of its own (copy, cut, paste). */
  native?: true
  when: (editor: Editor) => boolean
  /** Do it; `keys` is the combination that asked for it, when one did. */
  perform: (editor: Editor, keys?: string) => void
}

const isInside = ({ session }: Editor) => session.location.graphs.length > 1

/** Go back to the graph around. */
function leave({ session }: Editor): void {
  session.location.enter(session.location.graphs.at(-2) ?? MAIN)
}

const always = () => true

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function move(editor: Editor, keys = ''): void {
  const [dx, dy] = DIRECTIONS[keys.replace('Shift+', '')] ?? [0, 0]
  const far = keys.startsWith('Shift+') ? 5 : 1
  nudge(editor.canvas, dx * far, dy * far)
}

async function writeClipboard(editor: Editor): Promise<void> {
  const text = copy(editor.canvas)
  // Without permission the page's own memory of what was copied still serves.
  if (text) await navigator.clipboard?.writeText(text).catch(() => undefined)
}

async function readClipboard(editor: Editor): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => null)
  if (!pasteText(editor.canvas, text ?? null) && !pasteText(editor.canvas, null))
    editor.session.notices.show('Nothing that can be placed here was copied.')
}

function togglePanel(panel: 'left' | 'right' | 'drawer') {
  return ({ session }: Editor) => {
    session.view[panel].open = !session.view[panel].open
  }
}

export const ACTIONS: readonly Action[] = [
  {
    id: 'undo',
    label: 'Undo',
    group: 'Edit',
    keys: ['Mod+Z'],
    when: ({ session }) => session.trail.canUndo,
    perform: ({ session }) => session.undo(),
  },
  {
    id: 'redo',
    label: 'Redo',
    group: 'Edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: ({ session }) => session.trail.canRedo,
    perform: ({ session }) => session.redo(),
  },
  {
    id: 'cut',
    label: 'Cut',
    group: 'Edit',
    keys: ['Mod+X'],
    native: true,
    menu: true,
    when: someNodes,
    perform: (editor) => {
      void writeClipboard(editor)
      removeSelection(editor.canvas)
    },
  },
  {
    id: 'copy',
    label: 'Copy',
    group: 'Edit',
    keys: ['Mod+C'],
    native: true,
    menu: true,
    when: someNodes,
    perform: (editor) => void writeClipboard(editor),
  },
  {
    id: 'paste',
    label: 'Paste',
    group: 'Edit',
    keys: ['Mod+V'],
    native: true,
    menu: true,
    when: always,
    perform: (editor) => void readClipboard(editor),
  },
  {
    id: 'duplicate',
    label: 'Duplicate',
    group: 'Edit',
    keys: ['Mod+D'],
    menu: true,
    when: someNodes,
    perform: ({ canvas }) => duplicate(canvas),
  },
  {
    id: 'delete',
    label: 'Delete',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    menu: true,
    when: anything,
    perform: ({ canvas }) => removeSelection(canvas),
  },
  {
    id: 'select-all',
    label: 'Select all',
    group: 'Edit',
    keys: ['Mod+A'],
    menu: true,
    when: ({ canvas }) => canvas.graph.nodes.length > 0,
    perform: ({ canvas }) => selectAll(canvas),
  },
  {
    id: 'deselect',
    label: 'Select nothing; then leave the sub-model',
    group: 'Edit',
    keys: ['Escape'],
    when: (editor) => anything(editor) || isInside(editor),
    perform: (editor) => (anything(editor) ? editor.session.selection.set() : leave(editor)),
  },
  {
    id: 'find-layer',
    label: 'Find a layer',
    group: 'Layers and wires',
    keys: ['/'],
    when: always,
    perform: (editor) => editor.searchLayers(),
  },
  {
    id: 'add-after',
    label: 'Add a layer after this one…',
    group: 'Layers and wires',
    keys: ['A'],
    menu: true,
    when: (editor) => oneWithOutput(editor) !== null,
    perform: (editor) => {
      const from = oneWithOutput(editor)
      if (from) editor.search = { for: 'layer', at: null, from }
    },
  },
  {
    id: 'connect',
    label: 'Connect to…',
    group: 'Layers and wires',
    keys: ['C'],
    menu: true,
    when: (editor) => oneWithOutput(editor) !== null,
    perform: (editor) => {
      const from = oneWithOutput(editor)
      if (from) editor.search = { for: 'target', ...from }
    },
  },
  {
    id: 'call-again',
    label: 'Call again with the same weights',
    group: 'Layers and wires',
    keys: ['Shift+D'],
    menu: true,
    when: (editor) => editor.session.selection.nodes.size === 1 && oneWithInput(editor),
    perform: ({ canvas, session }) => callAgain(canvas, [...session.selection.nodes][0] as string),
  },
  {
    id: 'group',
    label: 'Group into a sub-model',
    group: 'Layers and wires',
    keys: ['G'],
    menu: true,
    when: someNodes,
    perform: ({ canvas }) => groupSelection(canvas),
  },
  {
    id: 'ungroup',
    label: 'Ungroup the sub-model',
    group: 'Layers and wires',
    keys: ['Shift+G'],
    menu: true,
    when: (editor) => oneModel(editor) !== null,
    perform: ({ canvas }) => ungroupSelection(canvas),
  },
  {
    id: 'open-model',
    label: 'Open the sub-model',
    group: 'Layers and wires',
    keys: ['I', 'Enter'],
    menu: true,
    when: (editor) => oneModel(editor) !== null,
    perform: (editor) => {
      const graph = oneModel(editor)
      if (graph) editor.session.location.enter(graph)
    },
  },
  {
    id: 'leave-model',
    label: 'Back to the model around',
    group: 'Layers and wires',
    keys: ['U'],
    menu: true,
    when: isInside,
    perform: leave,
  },
  {
    id: 'remove-model',
    label: 'Delete this sub-model, which nothing uses',
    group: 'Layers and wires',
    keys: [],
    when: ({ session }) =>
      session.location.graph !== MAIN &&
      callsOf(session.document, session.location.graph).length === 0,
    perform: ({ session }) => removeGraph(session, session.location.graph),
  },
  {
    id: 'rename',
    label: 'Rename',
    group: 'Layers and wires',
    keys: ['F2'],
    menu: true,
    when: ({ session }) => session.selection.nodes.size === 1,
    perform: ({ session }) => {
      session.view.right.open = true
      requestAnimationFrame(() =>
        document.querySelector<HTMLInputElement>('.inspector input.title')?.select(),
      )
    },
  },
  {
    id: 'layout',
    label: 'Lay out',
    group: 'Layers and wires',
    keys: ['Shift+L'],
    menu: true,
    when: ({ canvas }) => canvas.graph.nodes.length > 1,
    perform: ({ canvas }) => void tidy(canvas),
  },
  {
    id: 'move',
    label: 'Move; with Shift further',
    group: 'Layers and wires',
    keys: [...Object.keys(DIRECTIONS), ...Object.keys(DIRECTIONS).map((key) => `Shift+${key}`)],
    when: someNodes,
    perform: move,
  },
  {
    id: 'zoom-in',
    label: 'Zoom in',
    group: 'View',
    keys: ['+', '='],
    when: always,
    perform: ({ canvas }) => canvas.zoomBy(1.25),
  },
  {
    id: 'zoom-out',
    label: 'Zoom out',
    group: 'View',
    keys: ['-'],
    when: always,
    perform: ({ canvas }) => canvas.zoomBy(1 / 1.25),
  },
  {
    id: 'zoom-100',
    label: 'Zoom to 100 %',
    group: 'View',
    keys: ['0'],
    when: always,
    perform: ({ canvas }) => canvas.zoomTo(1),
  },
  {
    id: 'fit',
    label: 'Show everything',
    group: 'View',
    keys: ['1'],
    menu: true,
    when: always,
    perform: ({ canvas }) => canvas.fit(),
  },
  {
    id: 'fit-selection',
    label: 'Show what is selected',
    group: 'View',
    keys: ['2'],
    when: someNodes,
    perform: ({ canvas, session }) => canvas.fit(session.selection.nodes),
  },
  {
    id: 'panel-left',
    label: 'Layers panel',
    group: 'View',
    keys: ['['],
    when: always,
    perform: togglePanel('left'),
  },
  {
    id: 'panel-right',
    label: 'Inspector',
    group: 'View',
    keys: [']'],
    when: always,
    perform: togglePanel('right'),
  },
  {
    id: 'panel-drawer',
    label: 'Drawer',
    group: 'View',
    keys: ['`'],
    when: always,
    perform: togglePanel('drawer'),
  },
  {
    id: 'outline',
    label: 'Outline',
    group: 'View',
    keys: ['O'],
    when: always,
    perform: ({ session }) => {
      session.view.left.open = true
      session.view.leftTab = 'outline'
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('.outline [tabindex="0"]')?.focus(),
      )
    },
  },
  {
    id: 'train',
    label: 'Train',
    group: 'Model',
    keys: ['Mod+Enter'],
    when: ({ session }) =>
      session.runs.active === null && session.verdict?.ok === true && session.saved !== 'offline',
    perform: ({ session }) => void startRun(session),
  },
  {
    id: 'stop',
    label: 'Stop training',
    group: 'Model',
    keys: [],
    when: ({ session }) => session.runs.active !== null,
    perform: ({ session }) => void stopRun(session, 'now'),
  },
  {
    id: 'name',
    label: 'Change the name others see…',
    group: 'View',
    keys: [],
    when: always,
    perform: (editor) => {
      editor.naming = true
    },
  },
  {
    id: 'search',
    label: 'Search everything',
    group: 'View',
    keys: ['Mod+K'],
    when: always,
    perform: (editor) => {
      editor.search = { for: 'everything' }
    },
  },
  {
    id: 'help',
    label: 'Keyboard shortcuts',
    group: 'View',
    keys: ['?'],
    when: always,
    perform: (editor) => {
      editor.help = true
    },
  },
]

export function action(id: string): Action {
  return ACTIONS.find((one) => one.id === id) as Action
}
