/** Layers, wires and sub-models. */
import { flushSync } from 'svelte'
import type { Edge } from '../../contract'
import { lookup } from '../../document/lookup'
import { callsOf, MAIN } from '../../document/submodels'
import { t } from '../../words/t'
import { quickAdd } from '../adding'
import {
  addBend,
  addNote,
  bend,
  frameSelection,
  nodesInside,
  selectInside,
  toggleBypass,
} from '../annotating'
import { editOnCard, hasCardParams } from '../editing'
import type { Editor } from '../editor.svelte'
import { canSetFrozen, setFrozen } from '../freezing'
import { nudge } from '../moving'
import { callAgain } from '../placing'
import { oneModel, oneWithInput, oneWithOutput, someNodes } from '../selected'
import { groupSelection, removeGraph, ungroupSelection } from '../submodels'
import { tidy } from '../tidy'
import { walk } from '../walking'
import { disconnect } from '../wiring'
import { type Action, ANNOTATION, always, CANVAS, EDGES, NODES } from './action'
import { isInside, leave } from './inside'

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function move(editor: Editor, keys = ''): void {
  const [dx, dy] = DIRECTIONS[keys.split('+').at(-1) ?? ''] ?? [0, 0]
  const far = keys.startsWith('Mod+') ? 5 : 1
  nudge(editor.canvas, dx * far, dy * far)
}

function step({ canvas }: Editor, keys = ''): void {
  const [x, y] = DIRECTIONS[keys] ?? [0, 0]
  walk(canvas, { x, y })
}

/** The wire that is selected alone. */
function oneWire({ canvas, session }: Editor): Edge | undefined {
  const { nodes, edges } = session.selection
  const [id] = edges
  return nodes.size === 0 && edges.size === 1 && id !== undefined
    ? lookup(canvas.graph).edges.get(id)
    : undefined
}

export const LAYER_ACTIONS: readonly Action[] = [
  {
    id: 'quick-add',
    label: t('actions.quickAdd'),
    group: 'layers',
    keys: ['/', 'Tab'],
    when: always,
    menu: CANVAS,
    perform: quickAdd,
  },
  {
    id: 'find-node',
    views: true,
    label: t('actions.findNode'),
    group: 'layers',
    keys: ['Mod+F'],
    when: ({ session }) => session.document.graphs.some(({ nodes }) => nodes.length > 0),
    perform: (editor) => {
      editor.search = { for: 'node' }
    },
  },
  {
    id: 'find-layer',
    label: t('actions.findLayer'),
    group: 'layers',
    keys: [],
    when: always,
    perform: (editor) => editor.searchLayers(),
  },
  {
    id: 'add-after',
    label: t('actions.addAfter'),
    group: 'layers',
    keys: ['A'],
    menu: NODES,
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
    menu: NODES,
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
    menu: NODES,
    when: (editor) => editor.session.selection.nodes.size === 1 && oneWithInput(editor),
    perform: ({ canvas, session }) => callAgain(canvas, [...session.selection.nodes][0] as string),
  },
  {
    id: 'group',
    label: t('actions.group'),
    group: 'layers',
    keys: ['G'],
    menu: NODES,
    when: someNodes,
    perform: ({ canvas }) => groupSelection(canvas),
  },
  {
    id: 'ungroup',
    label: t('actions.ungroup'),
    group: 'layers',
    keys: ['Shift+G'],
    menu: NODES,
    when: (editor) => oneModel(editor) !== null,
    perform: ({ canvas }) => ungroupSelection(canvas),
  },
  {
    id: 'open-model',
    views: true,
    label: t('actions.openModel'),
    group: 'layers',
    keys: ['I', 'Enter'],
    menu: NODES,
    when: (editor) => oneModel(editor) !== null,
    perform: (editor) => {
      const graph = oneModel(editor)
      if (graph) editor.session.location.enter(graph)
    },
  },
  {
    id: 'edit-card',
    label: t('actions.editCard'),
    group: 'layers',
    keys: ['Enter'],
    menu: NODES,
    when: ({ canvas, session }) =>
      session.selection.nodes.size === 1 &&
      [...session.selection.nodes].every((id) => hasCardParams(canvas, id)),
    perform: ({ canvas, session }) => {
      for (const id of session.selection.nodes) editOnCard(canvas, id)
    },
  },
  {
    id: 'leave-model',
    views: true,
    label: t('actions.leaveModel'),
    group: 'layers',
    keys: ['U'],
    menu: CANVAS,
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
    menu: NODES,
    when: ({ canvas }) => canSetFrozen(canvas, true),
    perform: ({ canvas }) => setFrozen(canvas, true),
  },
  {
    id: 'unfreeze',
    label: t('actions.unfreeze'),
    group: 'layers',
    keys: ['Shift+F'],
    menu: NODES,
    when: ({ canvas }) => canSetFrozen(canvas, false),
    perform: ({ canvas }) => setFrozen(canvas, false),
  },
  {
    id: 'rename',
    label: t('actions.rename'),
    group: 'layers',
    keys: ['F2'],
    menu: NODES,
    when: ({ session }) => session.selection.nodes.size === 1,
    perform: ({ session }) => {
      session.view.right.open = true
      flushSync() // at once: what is typed next belongs to the name
      document.querySelector<HTMLInputElement>('.inspector .title input')?.select()
    },
  },
  {
    id: 'layout',
    label: t('actions.layout'),
    group: 'layers',
    keys: ['Shift+L'],
    menu: ['nodes', 'canvas'],
    when: ({ canvas }) => canvas.graph.nodes.length > 1,
    perform: ({ canvas }) => void tidy(canvas),
  },
  {
    id: 'layout-right',
    label: t('actions.layoutRight'),
    group: 'layers',
    keys: ['Shift+Alt+L'],
    menu: ['nodes', 'canvas'],
    when: ({ canvas }) => canvas.graph.nodes.length > 1,
    perform: ({ canvas }) => void tidy(canvas, 'right'),
  },
  {
    id: 'layout-columns',
    label: t('actions.layoutColumns'),
    group: 'layers',
    keys: [],
    menu: CANVAS,
    when: ({ canvas }) => canvas.graph.nodes.length > 1,
    perform: ({ canvas }) => void tidy(canvas, 'columns'),
  },
  {
    id: 'move',
    label: t('actions.move'),
    group: 'layers',
    keys: [
      ...Object.keys(DIRECTIONS).map((key) => `Shift+${key}`),
      ...Object.keys(DIRECTIONS).map((key) => `Mod+Shift+${key}`),
    ],
    when: someNodes,
    perform: move,
  },
  {
    id: 'walk',
    views: true,
    label: t('actions.walk'),
    group: 'layers',
    keys: Object.keys(DIRECTIONS),
    when: ({ canvas }) => canvas.graph.nodes.length > 0,
    perform: step,
  },
  {
    id: 'insert-into-wire',
    label: t('actions.insert'),
    group: 'layers',
    keys: [],
    menu: EDGES,
    when: (editor) => oneWire(editor) !== undefined,
    perform: (editor) => {
      const edge = oneWire(editor)
      const from = edge && { node: edge.source, port: edge.source_port }
      if (edge && from)
        editor.search = { for: 'layer', at: null, from, edge: edge.id, strict: true }
    },
  },
  {
    id: 'bend-wire',
    label: t('actions.bendWire'),
    group: 'layers',
    keys: [],
    menu: EDGES,
    when: (editor) => oneWire(editor) !== undefined,
    perform: (editor) => {
      const { pointer, mover } = editor.canvas
      const edge = oneWire(editor)
      const at = pointer && mover?.screenToFlowPosition(pointer)
      if (edge && at) addBend(editor.canvas, edge, at)
    },
  },
  {
    id: 'cut-wire',
    label: t('actions.cutWire'),
    group: 'layers',
    keys: [],
    menu: EDGES,
    when: (editor) => oneWire(editor) !== undefined,
    perform: (editor) => {
      const edge = oneWire(editor)
      if (edge) disconnect(editor.canvas, edge.id)
    },
  },
  {
    id: 'straighten',
    label: t('actions.straighten'),
    group: 'layers',
    keys: [],
    menu: EDGES,
    when: (editor) => (oneWire(editor)?.via.length ?? 0) > 0,
    perform: (editor) => {
      const edge = oneWire(editor)
      if (edge) bend(editor.canvas, edge, [])
    },
  },
  {
    id: 'bypass',
    label: t('actions.bypass'),
    group: 'layers',
    keys: ['Mod+B'],
    menu: NODES,
    when: someNodes,
    perform: ({ canvas }) => toggleBypass(canvas),
  },
  {
    id: 'frame',
    label: t('actions.frame'),
    group: 'layers',
    keys: ['Mod+G'],
    menu: NODES,
    when: someNodes,
    perform: ({ canvas }) => frameSelection(canvas),
  },
  {
    id: 'write-annotation',
    label: t('actions.writeAnnotation'),
    group: 'layers',
    keys: [],
    menu: ANNOTATION,
    when: ({ canvas }) => canvas.annotation !== null,
    perform: ({ canvas }) => {
      canvas.writing = canvas.annotation?.id ?? null
    },
  },
  {
    id: 'select-inside',
    views: true,
    label: t('actions.selectInside'),
    group: 'layers',
    keys: [],
    menu: ANNOTATION,
    when: ({ canvas }) => nodesInside(canvas).length > 0,
    perform: ({ canvas }) => selectInside(canvas),
  },
  {
    id: 'note',
    label: t('actions.note'),
    group: 'layers',
    keys: ['Shift+S'],
    menu: CANVAS,
    when: always,
    perform: ({ canvas }) => addNote(canvas),
  },
]
