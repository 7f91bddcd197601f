/** Which way a drawing runs, down or to the right: it follows from where its cards lie (decision 029). */
import type { Edge, Graph, Node, Position } from '../contract'
import { HEIGHT, WIDTH } from './geometry'
import { type Places, placesOf } from './places'

/** What stays free between a card and another at its right. */
const MARGIN = 16
/** A single wire to the right does not turn a drawing. */
const LEAST = 2

const known = new WeakMap<Places, { edges: readonly Edge[]; right: boolean }>()

/** Whether more wires lead to the right than up or down; counted again only when cards or wires change. */
export function runsRight(graph: Pick<Graph, 'nodes' | 'edges'>): boolean {
  const places = placesOf(graph)
  const last = known.get(places)
  if (last?.edges === graph.edges) return last.right
  const right = leadsRight(places.nodes, graph.edges)
  known.set(places, { edges: graph.edges, right })
  return right
}

function leadsRight(nodes: readonly Node[], edges: readonly Edge[]): boolean {
  const positions = new Map(nodes.map(({ id, position }) => [id, position]))
  let [right, steep] = [0, 0]
  for (const { source, target } of edges) {
    const [from, to] = [positions.get(source), positions.get(target)]
    if (!from || !to) continue
    if (isRightOf(from, to)) right += 1
    // In the drawing of a U-Net, half of the wires lead up.
    if (Math.abs(to.y - from.y) >= HEIGHT) steep += 1
  }
  return right >= LEAST && right > steep
}

/** Whether a card lies so far to the right of another that a wire between them has room. */
export function isRightOf(from: Position, to: Position): boolean {
  return to.x - from.x >= WIDTH + 2 * MARGIN
}
