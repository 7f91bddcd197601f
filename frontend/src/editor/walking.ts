/** Going from card to card with keys, and selecting what lies up or down the wires. */
import type { Node, Position } from '../contract'
import { lookup, reached } from '../document/lookup'
import { inOrder } from '../document/order'
import type { Canvas } from './canvas.svelte'
import { tellSelected } from './selection'

/** How much further a card seems that lies aside of the direction. */
const ASIDE = 3

function ahead(from: Position, to: Position, direction: Position): number | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const along = dx * direction.x + dy * direction.y
  const aside = Math.abs(dx * direction.y) + Math.abs(dy * direction.x)
  return along > 0 && along >= aside / 4 ? along + ASIDE * aside : null
}

function nearest(from: Node, nodes: readonly Node[], direction: Position): Node | undefined {
  return nodes
    .map((node) => ({ node, distance: ahead(from.position, node.position, direction) }))
    .filter((step): step is { node: Node; distance: number } => step.distance !== null)
    .sort((a, b) => a.distance - b.distance)[0]?.node
}

/** Select the next card in a direction: up and down the flow, one at the end of a wire before others. */
export function walk(canvas: Canvas, direction: Position): void {
  const { graph, session } = canvas
  const [id] = session.selection.nodes
  const from = id === undefined ? undefined : canvas.node(id)
  const next = from ? neighbour(canvas, from, direction) : inOrder(graph)[0]
  if (!next) return
  session.location.reveal(next.id)
  canvas.focus(next.id)
}

function neighbour(canvas: Canvas, from: Node, direction: Position): Node | undefined {
  const { into, from: out, nodes } = lookup(canvas.graph)
  const ids = [
    ...(into.get(from.id) ?? []).map(({ source }) => source),
    ...(out.get(from.id) ?? []).map(({ target }) => target),
  ]
  const isAlong = canvas.right ? direction.x !== 0 : direction.y !== 0
  const wired = isAlong ? ids.flatMap((id) => nodes.get(id) ?? []) : []
  return nearest(from, wired, direction) ?? nearest(from, canvas.graph.nodes, direction)
}

/** Add everything to the selection that leads to it, or that it leads to. */
export function extend(canvas: Canvas, along: 'into' | 'from'): void {
  const { graph, session } = canvas
  const { nodes, edges } = session.selection
  const all = new Set(nodes)
  for (const id of nodes) for (const other of reached(graph, id, along)) all.add(other)
  session.selection.set(all, edges)
  tellSelected(canvas)
}
