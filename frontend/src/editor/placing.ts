/** Placing layers on the canvas: dropped, after the selection, or in a wire. */
import type { Edge, Node, Operation, Position } from '../contract'
import { freeName } from '../document/clipboard'
import { connect, insertInto } from '../document/connect'
import { addNodes, moveNodes, newNode } from '../document/edits'
import { freePlace, GRID, HEIGHT, STEP, snapped, WIDTH } from '../document/geometry'
import { MODEL, portsOf } from '../document/layers'
import { lookup, reached } from '../document/lookup'
import { startingParams } from '../document/starters'
import type { Placeable } from '../document/submodels'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

export interface Place {
  /** The centre of the card; without it, the card goes below the selected node. */
  at?: Position
  /** The wire to insert the layer into. */
  edge?: string
  /** The output that feeds the layer. */
  from?: { node: string; port: string }
}

/** Place a layer, wire it where its source is clear, and select it. */
export function place(canvas: Canvas, entry: Placeable, where: Place = {}): void {
  const { session, graph } = canvas
  if (entry.refused) {
    session.notices.error(t('editor.refused', { layer: entry.name }), entry.refused)
    return
  }
  const edge = where.edge ? lookup(graph).edges.get(where.edge) : undefined
  const node = newNode(entry.graph ? MODEL : entry.name, { x: 0, y: 0 }, startOf(canvas, entry))
  const operations = edge ? between(canvas, node, edge) : after(canvas, node, where)
  session.edit(operations)
  session.selection.set([node.id])
  canvas.reveal(node.id)
  session.notices.announce(t('editor.placed', { layer: entry.name }))
}

/** Add a node where it was dropped, or below its source, or in the middle of the view. */
function after(canvas: Canvas, node: Node, where: Place): Operation[] {
  const source = where.from ?? (where.at ? undefined : selectedOutput(canvas))
  const middle = where.at ?? canvas.center
  const wanted = snapped({ x: middle.x - WIDTH / 2, y: middle.y - HEIGHT / 2 })
  const above = source && !where.at ? canvas.node(source.node)?.position : undefined
  const place = above ? { x: above.x, y: above.y + STEP } : wanted
  const position = where.at ? place : freePlace(canvas.graph.nodes, place)
  return [
    ...addNodes(canvas.graph, [{ ...node, position }]),
    ...(source ? feed(canvas, node, source) : []),
  ]
}

/** Insert a node into a wire; nodes downstream move down where there is no room. */
function between(canvas: Canvas, node: Node, edge: Edge): Operation[] {
  const { graph } = canvas
  const source = canvas.node(edge.source)?.position ?? canvas.center
  const target = canvas.node(edge.target)?.position ?? canvas.center
  const y = Math.max(source.y + STEP, (source.y + target.y) / 2)
  const position = snapped({ x: (source.x + target.x) / 2, y })
  const missing = position.y + STEP - target.y
  const below = missing > 0 ? reached(graph, edge.target, 'from') : new Set()
  const moved = graph.nodes.filter(({ id }) => below.has(id))
  const places = moved.map(({ id, position: { x, y } }): [string, Position] => [
    id,
    { x, y: y + missing },
  ])
  return [
    ...addNodes(graph, [{ ...node, position }]),
    ...insertInto(graph, canvas.layers, edge, node),
    ...moveNodes(graph.id, new Map(places)),
  ]
}

/** The starting parameters; an Input gets the name and shape of the next column of the data set. */
function startOf(canvas: Canvas, entry: Placeable): Partial<Node> {
  if (entry.graph) return { graph: entry.graph }
  const params = startingParams(entry)
  if (entry.name !== 'Input') return { params }
  const { document, dataSets } = canvas.session
  const columns = dataSets.find(({ id }) => id === document.training.data)?.columns ?? []
  const taken = new Set(canvas.graph.nodes.map(({ name }) => name))
  const column = columns.find(({ name, role }) => role === 'input' && !taken.has(name))
  if (!column) return { params: { shape: [28, 28, 1] } }
  const dtype = column.dtype === 'float32' ? {} : { dtype: column.dtype }
  return { name: freeName(column.name, taken), params: { shape: column.shape, ...dtype } }
}

function selectedOutput(canvas: Canvas): { node: string; port: string } | undefined {
  const [id, ...others] = canvas.session.selection.nodes
  const node = id !== undefined && others.length === 0 ? canvas.node(id) : undefined
  const port = node && portsOf(canvas.graph, node, canvas.layers).outputs[0]
  return node && port && { node: node.id, port: port.name }
}

function feed(canvas: Canvas, node: Node, source: { node: string; port: string }): Operation[] {
  const [input] = portsOf(canvas.graph, node, canvas.layers).inputs
  if (!input) return []
  const wire = { source: source.node, source_port: source.port }
  return connect(canvas.graph, canvas.layers, {
    ...wire,
    target: node.id,
    target_port: input.name,
  })
}

/** Call a layer a second time, with the same weights, beside its first call. */
export function callAgain(canvas: Canvas, id: string): void {
  const first = canvas.node(id)
  if (!first) return
  const owner = first.shares ?? first.id
  const { x, y } = first.position
  const place = freePlace(canvas.graph.nodes, { x: x + WIDTH + 3 * GRID, y })
  const node = newNode(first.layer, place, { shares: owner, graph: first.graph })
  canvas.session.edit(addNodes(canvas.graph, [node]))
  canvas.session.selection.set([node.id])
}
