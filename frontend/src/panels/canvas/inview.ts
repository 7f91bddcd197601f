/** Which nodes are in view, so that only those are drawn. */
import type { Edge, Graph } from '../../contract'
import { meet, type Rect } from '../../document/geometry'
import { type Places, placesOf } from '../../document/places'
import { spansOf, wiresNear } from '../../document/spans'

/** The latest answer, which stays the same until a card or a wire does. */
let last: { places: Places; edges: readonly Edge[]; view: Rect; shown: Set<string> } | null = null

/** Return the nodes that lie in `view`, and those at the ends of wires that cross it. */
export function inView(graph: Graph, view: Rect): ReadonlySet<string> {
  const places = placesOf(graph)
  const { edges } = graph
  if (last?.places === places && last.edges === edges && isSame(last.view, view)) return last.shown
  const shown = new Set<string>()
  for (const { id } of places.within(view)) shown.add(id)
  for (const { edge, bounds } of wiresNear(spansOf(graph), view))
    if (meet(bounds, view)) shown.add(edge.source).add(edge.target)
  last = { places, edges, view, shown }
  return shown
}

function isSame(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}
