/** Placing layers on the canvas: dropped, after the selection, or in a wire. */
import type { Edge, Node, Operation, Position } from '../contract'
import { MODEL } from '../document/calls'
import { freeName } from '../document/clipboard'
import { canInsert, connect, insertInto } from '../document/connect'
import { runsRight } from '../document/direction'
import { addNodes, moveNodes, newNode } from '../document/edits'
import { freePlace, GRID, HEIGHT, snapped, WIDTH } from '../document/geometry'
import { labelOf, portsOf } from '../document/layers'
import { DOWN, RIGHT, turned } from '../document/layout/frame'
import { lookup, reached } from '../document/lookup'
import { startingParams } from '../document/starters'
import type { Placeable } from '../document/submodels'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

export interface Place {
  /**
   * The centre of the card; without it, the card goes after the selected node, into the wire
   * that leaves it where there is a single one.
   */
  at?: Position
  /** The wire to insert the layer into. */
  edge?: string
  /** The output that feeds the layer. */
  from?: { node: string; port: string }
  /** The input that the layer feeds. */
  into?: { node: string; port: string }
}

/** Place a layer, wire it where its source is clear, and select it. */
export function place(canvas: Canvas, entry: Placeable, where: Place = {}): void {
  const { session, graph } = canvas
  if (entry.refused) {
    session.notices.error(t('editor.refused', { layer: entry.name }), entry.refused)
    return
  }
  const node = newNode(entry.graph ? MODEL : entry.name, { x: 0, y: 0 }, startOf(canvas, entry))
  const edge = where.edge ? lookup(graph).edges.get(where.edge) : wireAfter(canvas, node, where)
  const operations = edge ? between(canvas, node, edge) : after(canvas, node, where)
  session.edit(operations)
  session.selection.set([node.id])
  canvas.reveal(node.id)
  canvas.focus(node.id)
  session.notices.announce(t('editor.placed', { layer: entry.name }))
}

/** The single wire that leaves the output after which a node goes, if the node can be in it. */
function wireAfter(canvas: Canvas, node: Node, { at, from, into }: Place): Edge | undefined {
  const { graph, layers } = canvas
  const source = from ?? selectedOutput(canvas)
  if (at || into || !source) return undefined
  const leaving = lookup(graph).from.get(source.node) ?? []
  const [edge, ...more] = leaving.filter(({ source_port }) => source_port === source.port)
  return edge && more.length === 0 && canInsert(graph, layers, edge, node) ? edge : undefined
}

/** Add a node where it was dropped, or after its source, or in the middle of the view. */
function after(canvas: Canvas, node: Node, where: Place): Operation[] {
  const source = where.from ?? (where.at ? undefined : selectedOutput(canvas))
  const middle = where.at ?? canvas.center
  const wanted = snapped({ x: middle.x - WIDTH / 2, y: middle.y - HEIGHT / 2 })
  const above = source && !where.at ? canvas.node(source.node)?.position : undefined
  const place = above ? next(above, runsRight(canvas.graph)) : wanted
  const position = freePlace(canvas.graph.nodes, place)
  return [
    ...addNodes(canvas.graph, [{ ...node, position }]),
    ...(source ? feed(canvas, node, source) : []),
    ...(where.into ? lead(canvas, node, where.into) : []),
  ]
}

/** The place after a card: below it, or at its right where the drawing runs to the right. */
function next({ x, y }: Position, right: boolean): Position {
  return right ? { x: x + RIGHT.step, y } : { x, y: y + DOWN.step }
}

/** Insert a new node into a wire. */
function between(canvas: Canvas, node: Node, edge: Edge): Operation[] {
  const { position, moved } = roomIn(canvas, edge)
  return [
    ...addNodes(canvas.graph, [{ ...node, position }]),
    ...insertInto(canvas.graph, canvas.layers, edge, node),
    ...moveNodes(canvas.graph.id, moved),
  ]
}

/** Move a card of the canvas into a wire, as one step to undo. */
export function insertCard(canvas: Canvas, id: string, edgeId: string): void {
  const { session, graph, layers } = canvas
  const node = canvas.node(id)
  const edge = lookup(graph).edges.get(edgeId)
  if (!node || !edge || !canInsert(graph, layers, edge, node)) return
  const { position, moved } = roomIn(canvas, edge, id)
  session.edit([
    ...insertInto(graph, layers, edge, node),
    ...moveNodes(graph.id, new Map([...moved, [id, position]])),
  ])
  session.notices.announce(t('editor.inserted', { layer: labelOf(node, layers, graph) }))
}

/**
 * Return a place between the ends of a wire, and the nodes that move on to make room for it. A
 * place in a branch is after its last card, so that wires to a merge stay beside each other.
 */
export function roomIn(
  canvas: Canvas,
  edge: Edge,
  node?: string,
): { position: Position; moved: Map<string, Position> } {
  const { graph } = canvas
  const right = runsRight(graph)
  const turn = right ? turned : (position: Position) => position
  const { step } = right ? RIGHT : DOWN
  const source = turn(canvas.node(edge.source)?.position ?? canvas.center)
  const target = turn(canvas.node(edge.target)?.position ?? canvas.center)
  const y = Math.max(source.y + step, (source.y + target.y) / 2)
  const { from, into } = lookup(graph)
  const isBranch = from.get(edge.source)?.length === 1 && (into.get(edge.target)?.length ?? 0) > 1
  const place = snapped({ x: isBranch ? source.x : (source.x + target.x) / 2, y })
  const missing = place.y + step - target.y
  const below = missing > 0 ? reached(graph, edge.target, 'from') : new Set()
  const moved = graph.nodes
    .filter(({ id }) => id !== node && below.has(id))
    .map(({ id, position }): [string, Position] => {
      const { x, y } = turn(position)
      return [id, turn({ x, y: y + missing })]
    })
  return { position: turn(place), moved: new Map(moved) }
}

/** The starting parameters; an Input gets the name and shape of the next column of the data set. */
function startOf(canvas: Canvas, entry: Placeable): Partial<Node> {
  if (entry.graph) return { graph: entry.graph }
  const params = startingParams(entry)
  if (entry.name !== 'Input') return { params }
  const columns = canvas.session.dataSet?.columns ?? []
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

function lead(canvas: Canvas, node: Node, into: { node: string; port: string }): Operation[] {
  const [output] = portsOf(canvas.graph, node, canvas.layers).outputs
  if (!output) return []
  const wire = { source: node.id, source_port: output.name }
  const end = { target: into.node, target_port: into.port }
  return connect(canvas.graph, canvas.layers, { ...wire, ...end })
}

/** Call a layer a second time, with the same weights, beside its first call. */
export function callAgain(canvas: Canvas, id: string): void {
  const first = canvas.node(id)
  if (!first) return
  const owner = first.shares ?? first.id
  const { x, y } = first.position
  const beside = runsRight(canvas.graph)
    ? { x, y: y + RIGHT.distances.cards }
    : { x: x + WIDTH + 3 * GRID, y }
  const place = freePlace(canvas.graph.nodes, beside)
  const node = newNode(first.layer, place, { shares: owner, graph: first.graph })
  canvas.session.edit(addNodes(canvas.graph, [node]))
  canvas.session.selection.set([node.id])
}
