/** What people do on the canvas and in the panels, drawn at random, for tests. */
import type { Operation } from '../contract'
import { type Annotation, COLORS, type Kind, move, pathTo, resize } from '../document/annotations'
import { inputsOf } from '../document/inputs'
import { portsOf } from '../document/layers'
import {
  added,
  completed,
  merged,
  moved,
  type Step as Preparation,
  prepare,
} from '../document/preparation'
import { CATALOGUE } from '../document/sampleCatalogue'
import {
  aim,
  type BoundColumn,
  bind,
  chooseData,
  outputTraining,
  set,
  setOutput,
} from '../document/training'
import { ACTIONS } from './actions'
import { addBend, paint, removeAnnotation } from './annotating'
import type { Editor } from './editor.svelte'
import { place } from './placing'
import { describe, rename, renameProject, reorderInput, write } from './properties'
import { disconnect, join, reconnect } from './wiring'

/** Training needs a server that trains. */
const ELSEWHERE = new Set(['train', 'stop'])
const DEEDS = ACTIONS.filter(({ id }) => !ELSEWHERE.has(id))
const LAYERS = ['Input', 'Dense', 'Dropout', 'Add', 'Concatenate', 'LSTM', 'MultiHeadAttention']

/** Draw a number below another. */
export type Draw = (below: number) => number
type Deed = (editor: Editor, draw: Draw) => void

function chosen<Item>(items: readonly Item[], draw: Draw): Item | undefined {
  return items[draw(Math.max(1, items.length))]
}

export const GESTURES: Readonly<Record<string, Deed>> = {
  action: (editor, draw) => {
    const possible = DEEDS.filter(({ when }) => when(editor))
    const action = chosen(possible, draw)
    action?.perform(editor, chosen(action.keys, draw))
  },
  select: ({ canvas, session }, draw) => {
    const { nodes, edges } = canvas.graph
    const some = nodes.filter(() => draw(3) === 0).map(({ id }) => id)
    const wires = edges.filter(() => draw(6) === 0).map(({ id }) => id)
    session.selection.set(some, wires)
  },
  place: ({ canvas }, draw) => {
    const name = chosen(LAYERS, draw)
    const entry = CATALOGUE.layers.find((layer) => layer.name === name)
    const edge = draw(3) === 0 ? chosen(canvas.graph.edges, draw) : undefined
    const at = draw(2) === 0 ? { x: 24 * draw(40), y: 24 * draw(40) } : undefined
    if (entry) place(canvas, entry, { ...(edge && { edge: edge.id }), ...(at && { at }) })
  },
  connect: ({ canvas }, draw) => {
    const ends = [chosen(canvas.graph.nodes, draw), chosen(canvas.graph.nodes, draw)]
    const [source, target] = ends
    if (!source || !target) return
    const output = chosen(portsOf(canvas.graph, source, canvas.layers).outputs, draw)
    const input = chosen(portsOf(canvas.graph, target, canvas.layers).inputs, draw)
    if (!output || !input) return
    const wire = { source: source.id, source_port: output.name }
    const to = { ...wire, target: target.id, target_port: input.name }
    const edge = draw(3) === 0 ? chosen(canvas.graph.edges, draw) : undefined
    if (edge) reconnect(canvas, edge, to)
    else join(canvas, to)
  },
  cut: ({ canvas }, draw) => {
    const edge = chosen(canvas.graph.edges, draw)
    if (edge) disconnect(canvas, edge.id)
  },
  bend: ({ canvas }, draw) => {
    const edge = chosen(canvas.graph.edges, draw)
    if (edge) addBend(canvas, edge, { x: draw(500), y: draw(500) })
  },
  write: ({ canvas, session }, draw) => {
    const node = chosen(canvas.graph.nodes, draw)
    const value = chosen([draw(99), 'relu', true, null, undefined], draw)
    const name = chosen(['units', 'activation', 'use_bias'], draw) as string
    if (node) write(session, canvas.graphId, node.id, name, value)
  },
  rename: ({ canvas, session }, draw) => {
    const node = chosen(canvas.graph.nodes, draw)
    if (node) rename(session, canvas.graphId, node.id, `name${draw(5)}`)
  },
  reorder: ({ canvas }, draw) => {
    const node = chosen(inputsOf(canvas.graph), draw)
    if (node) reorderInput(canvas, node.id, draw(2) * 2 - 1)
  },
  describe: ({ session }, draw) => {
    const words = `word ${draw(5)}`
    if (draw(2) === 0) describe(session, words)
    else renameProject(session, words)
  },
  annotate: ({ canvas, session }, draw) => {
    const kind: Kind = draw(2) === 0 ? 'frames' : 'notes'
    const item: Annotation | undefined = chosen<Annotation>(canvas.graph[kind], draw)
    if (!item) return
    const by = { x: 24 * draw(9), y: 24 * draw(9) }
    const size = { width: 100 + 24 * draw(20), height: 60 + 24 * draw(20) }
    const value = `# ${draw(5)}`
    const path = pathTo(canvas.graphId, kind, item.id, kind === 'frames' ? 'title' : 'text')
    const changes: (() => void)[] = [
      () => session.edit([{ type: 'set', path, value }]),
      () => session.edit(move(canvas.graph, kind, item, by)),
      () => session.edit(resize(canvas.graphId, kind, item.id, size)),
      () => {
        canvas.annotation = { kind, id: item.id }
        paint(canvas, chosen(COLORS, draw) as (typeof COLORS)[number])
      },
      () => removeAnnotation(canvas),
    ]
    chosen(changes, draw)?.()
  },
  settings: ({ session }, draw) => {
    const { training } = session.document
    const spec = (name: string) => ({
      class: name,
      params: draw(2) === 0 ? {} : { verbose: draw(3) },
    })
    const settings: (() => Operation)[] = [
      () => set('epochs', 1 + draw(50)),
      () => set('batch_size', 1 + draw(64)),
      () => set('split', draw(9) / 10),
      () => set('seed', draw(99)),
      () => set('optimizer', spec(draw(2) === 0 ? 'Adam' : 'SGD')),
      () => set('loss', draw(3) === 0 ? null : spec('MeanSquaredError')),
      () => set('metrics', [...training.metrics, spec('Accuracy')]),
      () => set('metrics', training.metrics.slice(1)),
      () => set('callbacks', [spec('EarlyStopping')]),
      () => set('division', { by: draw(2) === 0 ? 'group' : 'random', column: '' }),
      () => aim('backend', draw(2) === 0 ? 'jax' : 'tensorflow'),
      () => aim('device', draw(2) === 0 ? 'cpu' : 'gpu:0'),
    ]
    const operation = chosen(settings, draw)?.()
    if (operation) session.edit([operation], { merge: `settings.${draw(2)}` })
  },
  output: ({ canvas, session }, draw) => {
    const { training } = session.document
    const node = chosen(canvas.graph.nodes, draw)
    if (!node) return
    const own = outputTraining(training, node.id)
    const weights = chosen([null, 'balanced' as const, [1, 1 + draw(9)]], draw) ?? null
    session.edit([setOutput(training, { ...own, weight: 1 + draw(2), class_weights: weights })])
  },
  data: ({ session }, draw) => {
    const { training } = session.document
    session.edit(chooseData(training, draw(2) === 0 ? 'iris' : 'digits'))
  },
  bind: ({ canvas, session }, draw) => {
    const node = chosen(canvas.graph.nodes, draw)
    const names = ['length', 'width', 'kind'].filter(() => draw(2) === 0)
    const encoding = draw(3) === 0 ? 'one_hot' : ''
    const columns = names.map((column): BoundColumn => ({ column, encoding }))
    if (node) session.edit([bind(session.document.training, node.id, columns)])
  },
  prepare: ({ session }, draw) => {
    const steps = session.document.training.preparation
    const column = draw(2) === 0 ? 'length' : 'width'
    const fill: Preparation = { type: 'fill', columns: [column], by: 'median', value: null }
    const missing: Preparation = { type: 'leave_out_missing', columns: [column] }
    const range: Preparation = {
      type: 'leave_out_outside',
      column,
      minimum: draw(9),
      maximum: null,
    }
    const at = draw(Math.max(1, steps.length))
    const changes: (readonly Preparation[])[] = [
      added(steps, fill),
      added(steps, range),
      added(steps, { type: 'leave_out_repeats' }),
      merged(steps, fill),
      merged(steps, missing),
      completed(steps, [fill, missing]),
      moved(steps, at, draw(2) === 0 ? -1 : 1),
      steps.toSpliced(at, 1),
    ]
    const changed = chosen(changes, draw)
    if (changed && changed !== steps) session.edit([prepare(changed)])
  },
  undo: ({ session }) => session.undo(),
  redo: ({ session }) => session.redo(),
}
