/** Where cards lie and how large they are, in pixels of the canvas at full size. */
import type { Node, Position } from '../contract'

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

/** Return the smallest rectangle around two. */
export function united(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  const right = Math.max(a.x + a.width, b.x + b.width)
  const bottom = Math.max(a.y + a.height, b.y + b.height)
  return { x, y, width: right - x, height: bottom - y }
}

/** Whether a rectangle lies wholly in another. */
export function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

export function meet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
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
