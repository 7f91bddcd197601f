/** Auto-layout: dagre places the nodes so that people can read the graph from top to bottom. */
import { Graph as Dagre, layout } from '@dagrejs/dagre'
import type { Position } from '../contract'
import { GRID, HEIGHT, STEP, WIDTH } from '../document/geometry'

const LARGE = 400

/** The part of a graph that layout needs; it is sent to a worker. */
export interface Sketch {
  nodes: { id: string; position: Position }[]
  edges: { source: string; target: string }[]
}

/** Return a position for every node, near the graph's present position. */
export function arrange({ nodes, edges }: Sketch): Map<string, Position> {
  const graph = new Dagre()
  // Network simplex gives shorter wires, but takes seconds for a thousand nodes.
  const ranker = nodes.length > LARGE ? 'longest-path' : 'network-simplex'
  graph.setGraph({ rankdir: 'TB', nodesep: 4 * GRID, ranksep: STEP - HEIGHT, ranker })
  graph.setDefaultEdgeLabel(() => ({}))
  const known = new Set(nodes.map(({ id }) => id))
  for (const { id } of nodes.toSorted((a, b) => a.position.x - b.position.x))
    graph.setNode(id, { width: WIDTH, height: HEIGHT })
  for (const { source, target } of edges)
    if (known.has(source) && known.has(target)) graph.setEdge(source, target)
  layout(graph)
  const placed = new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as Partial<Position>
      return [id, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }]
    }),
  )
  return moved(facing(placed, nodes), nodes)
}

/** Mirror the layout if that keeps more nodes on their side. */
function facing(placed: Map<string, Position>, nodes: Sketch['nodes']): Map<string, Position> {
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / (values.length || 1)
  const before = mean(nodes.map(({ position }) => position.x))
  const after = mean([...placed.values()].map(({ x }) => x))
  const agreement = nodes.reduce(
    (sum, { id, position }) => sum + (position.x - before) * ((placed.get(id)?.x ?? after) - after),
    0,
  )
  if (agreement >= 0) return placed
  return new Map([...placed].map(([id, { x, y }]) => [id, { x: 2 * after - x, y }]))
}

/** Keep the top left corner where it was, so that the view does not jump. */
function moved(placed: Map<string, Position>, nodes: Sketch['nodes']): Map<string, Position> {
  const corner = (positions: Iterable<Position>) => {
    const all = [...positions]
    return { x: Math.min(...all.map(({ x }) => x)), y: Math.min(...all.map(({ y }) => y)) }
  }
  if (nodes.length === 0) return placed
  const before = corner(nodes.map(({ position }) => position))
  const after = corner(placed.values())
  const to = (from: number, by: number) => Math.round((from + by) / GRID) * GRID
  return new Map(
    [...placed].map(([id, { x, y }]) => [
      id,
      { x: to(x, before.x - after.x), y: to(y, before.y - after.y) },
    ]),
  )
}
