/** Where copies of cards lie: beside what they are copies of, over no other card. */
import type { Graph, Position } from '../contract'
import { runsRight } from '../document/direction'
import { boundsOf, GRID, grown, rectOf, WIDTH } from '../document/geometry'
import { RIGHT } from '../document/layout/frame'
import { placesOf } from '../document/places'

/** How many places on each side are tried. */
const MOST = 12

/**
 * Return how far cards are moved to the nearest free place across the direction of the drawing:
 * nowhere if they cover no card, as after cutting them.
 */
export function asideOf(graph: Graph, positions: readonly Position[]): Position {
  const right = runsRight(graph)
  const step = right ? RIGHT.distances.cards : WIDTH + 3 * GRID
  const along = (by: number): Position => (right ? { x: 0, y: by } : { x: by, y: 0 })
  const places = placesOf(graph)
  const isFree = (by: Position) =>
    positions.every(({ x, y }) => {
      const rect = grown(rectOf({ x: x + by.x, y: y + by.y }), GRID)
      return places.within(rect)[Symbol.iterator]().next().done
    })
  for (let count = 0; count <= MOST; count += 1)
    for (const side of [1, -1]) {
      const by = along(side * count * step)
      if (isFree(by)) return by
    }
  // Beyond all cards there is always room.
  const mine = boundsOf(positions.map((position) => ({ position })))
  const all = places.bounds
  if (!mine || !all) return along(0)
  const past = right ? all.y + all.height - mine.y : all.x + all.width - mine.x
  return along(Math.ceil(past / step) * step)
}
