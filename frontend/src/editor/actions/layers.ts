/** Layers, wires and sub-models. */
import { callsOf, MAIN } from '../../document/submodels'
import { t } from '../../words/t'
import type { Editor } from '../editor.svelte'
import { canSetFrozen, setFrozen } from '../freezing'
import { nudge } from '../moving'
import { callAgain } from '../placing'
import { oneModel, oneWithInput, oneWithOutput, someNodes } from '../selected'
import { groupSelection, removeGraph, ungroupSelection } from '../submodels'
import { tidy } from '../tidy'
import { type Action, always } from './action'
import { isInside, leave } from './inside'

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

export const LAYER_ACTIONS: readonly Action[] = [
  {
    id: 'find-layer',
    label: t('actions.findLayer'),
    group: 'layers',
    keys: ['/'],
    when: always,
    perform: (editor) => editor.searchLayers(),
  },
  {
    id: 'add-after',
    label: t('actions.addAfter'),
    group: 'layers',
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
    label: t('actions.connect'),
    group: 'layers',
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
    label: t('actions.callAgain'),
    group: 'layers',
    keys: ['Shift+D'],
    menu: true,
    when: (editor) => editor.session.selection.nodes.size === 1 && oneWithInput(editor),
    perform: ({ canvas, session }) => callAgain(canvas, [...session.selection.nodes][0] as string),
  },
  {
    id: 'group',
    label: t('actions.group'),
    group: 'layers',
    keys: ['G'],
    menu: true,
    when: someNodes,
    perform: ({ canvas }) => groupSelection(canvas),
  },
  {
    id: 'ungroup',
    label: t('actions.ungroup'),
    group: 'layers',
    keys: ['Shift+G'],
    menu: true,
    when: (editor) => oneModel(editor) !== null,
    perform: ({ canvas }) => ungroupSelection(canvas),
  },
  {
    id: 'open-model',
    label: t('actions.openModel'),
    group: 'layers',
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
    label: t('actions.leaveModel'),
    group: 'layers',
    keys: ['U'],
    menu: true,
    when: isInside,
    perform: leave,
  },
  {
    id: 'remove-model',
    label: t('actions.removeModel'),
    group: 'layers',
    keys: [],
    when: ({ session }) =>
      session.location.graph !== MAIN &&
      callsOf(session.document, session.location.graph).length === 0,
    perform: ({ session }) => removeGraph(session, session.location.graph),
  },
  {
    id: 'freeze',
    label: t('actions.freeze'),
    group: 'layers',
    keys: ['F'],
    menu: true,
    when: ({ canvas }) => canSetFrozen(canvas, true),
    perform: ({ canvas }) => setFrozen(canvas, true),
  },
  {
    id: 'unfreeze',
    label: t('actions.unfreeze'),
    group: 'layers',
    keys: ['Shift+F'],
    menu: true,
    when: ({ canvas }) => canSetFrozen(canvas, false),
    perform: ({ canvas }) => setFrozen(canvas, false),
  },
  {
    id: 'rename',
    label: t('actions.rename'),
    group: 'layers',
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
    label: t('actions.layout'),
    group: 'layers',
    keys: ['Shift+L'],
    menu: true,
    when: ({ canvas }) => canvas.graph.nodes.length > 1,
    perform: ({ canvas }) => void tidy(canvas),
  },
  {
    id: 'move',
    label: t('actions.move'),
    group: 'layers',
    keys: [...Object.keys(DIRECTIONS), ...Object.keys(DIRECTIONS).map((key) => `Shift+${key}`)],
    when: someNodes,
    perform: move,
  },
]
