/** What a person does on the canvas, as edits of the session. */
import type { Document, Edge, Node, Operation, Position, Problem } from '../contract'
import { cut, type Fragment, freeName, fromText, paste, toText } from '../document/clipboard'
import { connect, insertInto, likelyPort, rewire, type Wire, whyNot } from '../document/connect'
import { addNodes, moveNodes, newNode, nodePath, removeAll, setParam } from '../document/edits'
import { freePlace, GRID, HEIGHT, STEP, snapped, WIDTH } from '../document/geometry'
import { group } from '../document/grouping'
import { inputsOf, moveInput } from '../document/inputs'
import { labelOf, portsOf } from '../document/layers'
import { graphsOf, lookup, reached } from '../document/lookup'
import { startingParams } from '../document/starters'
import { graphName, MODEL, type Placeable } from '../document/submodels'
import { ungroup } from '../document/ungrouping'
import type { Session } from '../session'
import { plural } from '../words/format'
import type { Canvas } from './canvas.svelte'

export interface Place {
  /** Where the middle of the card shall be; without it, below what is selected. */
  at?: Position
  /** The wire to put the layer into. */
  edge?: string
  /** The output that shall feed the layer. */
  from?: { node: string; port: string }
}

/** Place a layer, wire it where that is plain, and select it. */
export function place(canvas: Canvas, entry: Placeable, where: Place = {}): void {
  const { session, graph } = canvas
  if (entry.refused) {
    session.notices.error(`${entry.name} can’t be placed.`, entry.refused)
    return
  }
  const edge = where.edge ? lookup(graph).edges.get(where.edge) : undefined
  const node = newNode(entry.graph ? MODEL : entry.name, { x: 0, y: 0 }, startOf(canvas, entry))
  const operations = edge ? between(canvas, node, edge) : after(canvas, node, where)
  session.edit(operations)
  session.selection.set([node.id])
  canvas.reveal(node.id)
  session.notices.announce(`${entry.name} placed.`)
}

/** Put a node where it was dropped, or below what feeds it, or into the middle of the view. */
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

/** Put a node into a wire; what the wire led to moves down where there is no room between. */
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

/** Parameters and, for an input, the name and shape of what the chosen data brings. */
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
  const port = node && portsOf(node, canvas.layers).outputs[0]
  return node && port && { node: node.id, port: port.name }
}

function feed(canvas: Canvas, node: Node, source: { node: string; port: string }): Operation[] {
  const [input] = portsOf(node, canvas.layers).inputs
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

/** Put what is selected into a sub-model, and call that in its place. */
export function groupSelection(canvas: Canvas): void {
  const { session, graph } = canvas
  const made = group(session.document, graph, session.selection.nodes, (end) =>
    canvas.tensorOf(end),
  )
  if (typeof made === 'string') {
    session.notices.error(made)
    return
  }
  session.edit(made.operations)
  session.selection.set([made.node])
  session.notices.announce('Grouped into a sub-model.')
}

/** Put what the selected sub-model holds in its place. */
export function ungroupSelection(canvas: Canvas): void {
  const { session, graph } = canvas
  const made = ungroup(session.document, graph, [...session.selection.nodes][0] ?? '')
  if (typeof made === 'string') {
    session.notices.error(made)
    return
  }
  session.edit(made.operations)
  session.selection.set(made.nodes)
  session.notices.announce(`Ungrouped: ${plural(made.nodes.length, 'layer')}.`)
}

/** Remove a sub-model that nothing calls. */
export function removeGraph(session: Session, graph: string): void {
  const name = graphName(session.document, graph)
  session.edit([{ type: 'remove', path: ['graphs', graph] }])
  session.notices.announce(`${name} removed.`)
}

/** Join two ports, or say why that can't be. */
export function join(canvas: Canvas, wire: Wire): boolean {
  const { session, graph } = canvas
  const reason = whyNot(graph, wire)
  if (reason) {
    session.notices.error(reason)
    return false
  }
  session.edit(connect(graph, canvas.layers, wire))
  const name = (id: string) => labelOf(canvas.node(id) ?? { name: '', layer: id }, canvas.layers)
  session.notices.announce(`${name(wire.source)} now feeds ${name(wire.target)}.`)
  return true
}

/** Join an output to the port of a node that is most likely meant. */
export function joinNode(canvas: Canvas, source: string, port: string, target: string): boolean {
  const node = canvas.node(target)
  const input = node && likelyPort(canvas.graph, canvas.layers, node)
  if (!node || !input) return false
  return join(canvas, { source, source_port: port, target, target_port: input.name })
}

/** Give a wire another end. */
export function reconnect(canvas: Canvas, edge: Edge, wire: Wire): void {
  const reason = whyNot(canvas.graph, wire, edge.id)
  if (reason) canvas.session.notices.error(reason)
  else canvas.session.edit(rewire(canvas.graph, canvas.layers, edge, wire))
}

/** Remove a wire. */
export function disconnect(canvas: Canvas, edge: string): void {
  canvas.session.edit(removeAll(canvas.graph, new Set(), new Set([edge])))
  canvas.session.notices.announce('Wire removed.')
}

/** Remove what is selected. */
export function removeSelection(canvas: Canvas): void {
  const { nodes, edges } = canvas.session.selection
  canvas.session.edit(removeAll(canvas.graph, nodes, edges))
  const what = nodes.size > 0 ? `${nodes.size} removed` : 'Wire removed'
  canvas.session.notices.announce(`${what}.`)
}

/** Move nodes to where they were dropped: one step, and nothing when they are where they were. */
export function drop(canvas: Canvas, positions: ReadonlyMap<string, Position>): void {
  const moved = [...positions].filter(([id, { x, y }]) => {
    const before = canvas.node(id)?.position
    return before && (before.x !== Math.round(x) || before.y !== Math.round(y))
  })
  if (moved.length > 0) canvas.session.edit(moveNodes(canvas.graph.id, new Map(moved)))
}

/** Move what is selected by some steps of the grid. */
export function nudge(canvas: Canvas, dx: number, dy: number): void {
  const nodes = canvas.graph.nodes.filter(({ id }) => canvas.session.selection.nodes.has(id))
  const moved = nodes.map(({ id, position }): [string, Position] => [
    id,
    { x: position.x + dx * GRID, y: position.y + dy * GRID },
  ])
  canvas.session.edit(moveNodes(canvas.graph.id, new Map(moved)), { merge: 'nudge' })
}

/** Have the model take an input some places earlier or later. */
export function reorderInput(canvas: Canvas, id: string, by: number): void {
  const { session, graph } = canvas
  const operations = moveInput(graph, id, by)
  if (operations.length === 0) return
  session.edit(operations)
  const ids = inputsOf(canvas.graph).map((node) => node.id)
  session.notices.announce(`Now input ${ids.indexOf(id) + 1} of ${ids.length}.`)
}

export function selectAll(canvas: Canvas): void {
  const { nodes, edges } = canvas.graph
  canvas.session.selection.set(
    nodes.map(({ id }) => id),
    edges.map(({ id }) => id),
  )
}

// --- the clipboard ------------------------------------------------------------------------------

/** What was copied last in this page, for browsers that keep the clipboard to themselves. */
let copied: string | null = null

/** Copy what is selected as text; return it, or null when nothing is selected. */
export function copy(canvas: Canvas): string | null {
  const { nodes } = canvas.session.selection
  if (nodes.size === 0) return null
  copied = toText(cut(canvas.graph, nodes))
  canvas.session.notices.announce(`${nodes.size} copied.`)
  return copied
}

/** Paste a copied part of a graph; return whether the text was one. */
export function pasteText(canvas: Canvas, text: string | null): boolean {
  const fragment = fromText(text ?? copied ?? '')
  if (!fragment || fragment.nodes.length === 0) return false
  insert(canvas, fragment, 4 * GRID)
  return true
}

export function duplicate(canvas: Canvas): void {
  insert(canvas, cut(canvas.graph, canvas.session.selection.nodes), 4 * GRID)
}

function insert(canvas: Canvas, fragment: Fragment, step: number): void {
  // Pasting twice must not hide the first copy under the second.
  const taken = new Set(canvas.graph.nodes.map(({ position: { x, y } }) => `${x} ${y}`))
  let move = 0
  do {
    move += step
  } while (fragment.nodes.some(({ position: { x, y } }) => taken.has(`${x + move} ${y + move}`)))
  const { operations, nodes } = paste(canvas.graph, fragment, { x: move, y: move })
  canvas.session.edit(operations)
  canvas.session.selection.set(nodes)
  canvas.session.notices.announce(`${nodes.length} added.`)
}

// --- parameters ---------------------------------------------------------------------------------

/** Give a parameter a value (undefined: its default), as one step with what is typed next. */
export function write(session: Session, graph: string, node: string, name: string, value: unknown) {
  session.edit([setParam(graph, node, name, value)], { merge: `${node} ${name}` })
}

export function rename(session: Session, graph: string, node: string, name: string): void {
  session.edit([{ type: 'set', path: nodePath(graph, node, 'name'), value: name }])
}

/** Call a sub-model something else. */
export function renameGraph(session: Session, graph: string, name: string): void {
  session.edit([{ type: 'set', path: ['graphs', graph, 'name'], value: name }])
}

/** Apply the fix of a problem, as one step; a layer that it adds is put where no other lies. */
export function applyFix({ session }: Canvas, { fix }: Problem): void {
  if (!fix) return
  // The contract gives a fix's operations as plain JSON; applying them validates them.
  const operations = fix.operations as unknown as Operation[]
  session.edit(operations.map((operation) => placedFreely(session.document, operation)))
  session.notices.announce(`Done: ${fix.label}`)
}

function placedFreely(document: Document, operation: Operation): Operation {
  if (operation.type !== 'add') return operation
  const [, graph, list] = operation.path
  const item = operation.item as Node
  if (list !== 'nodes' || !item.position) return operation
  const nodes = graphsOf(document).get(graph ?? '')?.nodes ?? []
  return { ...operation, item: { ...item, position: freePlace(nodes, item.position) } }
}
