/** Where things lie on the canvas, in its own pixels. */
import type { Edge, Graph, Node, Port, Position } from '../contract'
import type { Ports } from '../document/layers'

export const WIDTH = 208
export const HEIGHT = 56
export const GRID = 8
/** From the top of one node to the top of the next, as templates and auto-layout place them. */
export const STEP = 96

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedPort {
  port: Port
  side: 'input' | 'output'
  /** From the node's left edge to the middle of the port. */
  x: number
  named: boolean
  /** Shown only while it is wired, or while somebody looks for a port. */
  shy: boolean
}

/** How large a port is to the pointer; its dot is smaller, and wires end in its middle. */
export const PORT = 24
export const SHY_STEP = 14

/** Place ports along the edges of a card: what matters is spread, optional ones keep right. */
export function placePorts(ports: Ports): PlacedPort[] {
  return [...inputs(ports.inputs), ...spread(ports.outputs, 'output', WIDTH)]
}

function inputs(ports: readonly Port[]): PlacedPort[] {
  const main = ports.filter((port) => !port.optional)
  const shy = ports.filter((port) => port.optional)
  if (main.length === 0) return spread(shy, 'input', WIDTH)
  const room = shy.length > 2 ? WIDTH - SHY_STEP * (shy.length + 1) : WIDTH
  const first = WIDTH - SHY_STEP * shy.length
  return [
    ...spread(main, 'input', room),
    ...shy.map(
      (port, i): PlacedPort => ({
        port,
        side: 'input',
        x: first + i * SHY_STEP,
        named: false,
        shy: true,
      }),
    ),
  ]
}

function spread(ports: readonly Port[], side: PlacedPort['side'], room: number): PlacedPort[] {
  return ports.map((port, i) => ({
    port,
    side,
    x: (room * (i + 1)) / (ports.length + 1),
    named: ports.length > 1,
    shy: false,
  }))
}

export function rectOf(position: Position): Rect {
  return { x: position.x, y: position.y, width: WIDTH, height: HEIGHT }
}

/** Return the smallest rectangle around nodes, or null when there are none. */
export function boundsOf(nodes: readonly Pick<Node, 'position'>[]): Rect | null {
  if (nodes.length === 0) return null
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { position } of nodes) {
    left = Math.min(left, position.x)
    top = Math.min(top, position.y)
    right = Math.max(right, position.x + WIDTH)
    bottom = Math.max(bottom, position.y + HEIGHT)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export function meet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

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

/** Return the place nearest to `wanted` that no node covers. */
export function freePlace(nodes: readonly Pick<Node, 'position'>[], wanted: Position): Position {
  const isFree = (place: Position) =>
    !nodes.some(({ position }) => meet(rectOf(position), grown(rectOf(place), GRID)))
  for (const { x, y } of AROUND) {
    const place = { x: wanted.x + x, y: wanted.y + y }
    if (isFree(place)) return place
  }
  return wanted
}

/** Steps away from a place, the nearest first; where two are as near, below before above. */
const AROUND: readonly Position[] = Array.from({ length: 25 * 25 }, (_, i) => ({
  x: ((i % 25) - 12) * (WIDTH / 2 + 2 * GRID),
  y: (Math.floor(i / 25) - 12) * (STEP / 2),
})).sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y) || b.y - a.y || b.x - a.x)

export function grown(rect: Rect, by: number): Rect {
  const { x, y, width, height } = rect
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}

/** Return a position on the grid. */
export function snapped({ x, y }: Position): Position {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID }
}
