/** The wires of a graph by the part of the canvas that they cross. */
import type { Edge, Graph } from '../contract'
import { boundsOf, type Rect } from './geometry'
import { lookup } from './lookup'
import { type Places, placesOf } from './places'
import { finished, inSteps, type Steps } from './steps'

const CELL = 1024
/** A wire over more cells than this is looked at wherever the view is. */
const MOST_CELLS = 32

/** A wire, and the rectangle around the cards at its ends. */
export interface Span {
  edge: Edge
  bounds: Rect
}

/** The wires of a graph by the cells that they cross, and those that cross many. */
interface Spans {
  edges: readonly Edge[]
  cells: ReadonlyMap<string, readonly Span[]>
  long: readonly Span[]
}

const known = new WeakMap<Places, Spans>()

/** Return the wires of a graph; indexed again only when a card or a wire changes. */
export function spansOf(graph: Graph): Spans {
  return finished(spanning(graph))
}

/** The same in steps. */
export function* spanning(graph: Graph): Steps<Spans> {
  const places = placesOf(graph)
  let spans = known.get(places)
  if (spans?.edges !== graph.edges) {
    spans = yield* indexed(graph)
    known.set(places, spans)
  }
  return spans
}

function* indexed(graph: Graph): Steps<Spans> {
  const { nodes } = lookup(graph)
  const cells = new Map<string, Span[]>()
  const long: Span[] = []
  yield* inSteps(graph.edges, (edge) => {
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)]
    const bounds = source && target ? boundsOf([source, target]) : null
    if (!bounds) return
    const keys = cellsOf(bounds)
    if (keys.length > MOST_CELLS) long.push({ edge, bounds })
    else
      for (const key of keys) {
        const cell = cells.get(key)
        if (cell) cell.push({ edge, bounds })
        else cells.set(key, [{ edge, bounds }])
      }
  })
  return { edges: graph.edges, cells, long }
}

/** The wires in the cells of a view, some of them several times. */
export function* wiresNear({ cells, long }: Spans, view: Rect): Iterable<Span> {
  yield* long
  const isWide = (view.width / CELL + 2) * (view.height / CELL + 2) > cells.size
  for (const key of isWide ? cells.keys() : cellsOf(view)) yield* cells.get(key) ?? []
}

function cellsOf({ x, y, width, height }: Rect): string[] {
  const keys: string[] = []
  for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1)
    for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row += 1)
      keys.push(`${column} ${row}`)
  return keys
}
