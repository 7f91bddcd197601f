/** Which nodes are in view, so that only those are drawn. */
import type { Edge, Graph, Position } from '../../contract'
import { boundsOf, meet, type Rect, rectOf } from '../../document/geometry'

/** Return the nodes that lie in `view`, and those at the ends of wires that cross it. */
export function inView(graph: Graph, view: Rect): Set<string> {
  const shown = new Set<string>()
  const places = new Map<string, Position>()
  for (const { id, position } of graph.nodes) {
    places.set(id, position)
    if (meet(rectOf(position), view)) shown.add(id)
  }
  for (const edge of graph.edges) {
    if (shown.has(edge.source) && shown.has(edge.target)) continue
    if (crosses(edge, places, view)) shown.add(edge.source).add(edge.target)
  }
  return shown
}

function crosses(edge: Edge, places: ReadonlyMap<string, Position>, view: Rect): boolean {
  const source = places.get(edge.source)
  const target = places.get(edge.target)
  if (!source || !target) return false
  const bounds = boundsOf([{ position: source }, { position: target }])
  return bounds !== null && meet(bounds, view)
}
