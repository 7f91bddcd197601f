/** How often a new wire would cross those that are already drawn. */
import type { Position } from '../../contract'

type Segment = readonly [Position, Position]

export class Crossings {
  readonly #bands = new Map<number, Segment[]>()

  /** Wires are compared with those in the same bands of this height. */
  constructor(readonly height: number) {}

  /** Add a wire by its corners. */
  add(points: readonly Position[]): void {
    for (const segment of segmentsOf(points))
      for (const band of this.#bandsOf(segment)) {
        const segments = this.#bands.get(band)
        if (segments) segments.push(segment)
        else this.#bands.set(band, [segment])
      }
  }

  /** Return how many segments a wire with these corners would cross. */
  count(points: readonly Position[]): number {
    const crossed = new Set<Segment>()
    for (const segment of segmentsOf(points))
      for (const band of this.#bandsOf(segment))
        for (const other of this.#bands.get(band) ?? [])
          if (cross(segment, other)) crossed.add(other)
    return crossed.size
  }

  *#bandsOf([a, b]: Segment): Iterable<number> {
    const last = Math.floor(Math.max(a.y, b.y) / this.height)
    for (let band = Math.floor(Math.min(a.y, b.y) / this.height); band <= last; band += 1)
      yield band
  }
}

function segmentsOf(points: readonly Position[]): Segment[] {
  return points.slice(1).map((end, at): Segment => [points[at] as Position, end])
}

function cross([a, b]: Segment, [c, d]: Segment): boolean {
  if (Math.max(a.x, b.x) < Math.min(c.x, d.x) || Math.max(c.x, d.x) < Math.min(a.x, b.x))
    return false
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

/** On which side of a line a place is; wires that only touch don't cross. */
function side(a: Position, b: Position, place: Position): number {
  const area = (b.x - a.x) * (place.y - a.y) - (b.y - a.y) * (place.x - a.x)
  return Math.abs(area) < 1 ? 0 : Math.sign(area)
}
