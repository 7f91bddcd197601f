/** The lines of wires. */
import type { Position } from '../contract'
import { HEIGHT, WIDTH } from './geometry'

/** A line as SVG writes it, and the place of its label. */
export interface Line {
  path: string
  middle: Position
}

/** Which way a wire runs where it leaves its source, at its bends, and where it reaches its target. */
export interface Ways {
  right: boolean
  /** Whether it reaches its target from the left. */
  into: boolean
}

const DOWN: Ways = { right: false, into: false }

/** Return a smooth line through points; its label is in the middle of its longest part. */
export function smooth(points: readonly Position[], { right, into }: Ways = DOWN): Line {
  const parts = points.slice(1).map((end, at) => ({ start: points[at] as Position, end }))
  const curves = parts.map(({ start, end }, at) => {
    const arrives = at === parts.length - 1 ? into : right
    const [first, second] = [reach(start, end, right), reach(start, end, arrives)]
    return `C ${start.x + first.x},${start.y + first.y} ${end.x - second.x},${end.y - second.y} ${end.x},${end.y}`
  })
  const length = ({ start, end }: (typeof parts)[number]) =>
    Math.hypot(end.x - start.x, end.y - start.y)
  const [longest] = parts.toSorted((a, b) => length(b) - length(a))
  const { start, end } = longest ?? { start: { x: 0, y: 0 }, end: { x: 0, y: 0 } }
  const first = points[0] ?? start
  return {
    path: `M ${first.x},${first.y} ${curves.join(' ')}`,
    middle: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 },
  }
}

/** How far a curve goes on in its direction before it turns. */
function reach(start: Position, end: Position, right: boolean): Position {
  const far = (distance: number) => Math.max(Math.abs(distance) / 2, 12)
  return right ? { x: far(end.x - start.x), y: 0 } : { x: 0, y: far(end.y - start.y) }
}

/** Return where a wire between the middle ports of two cards leaves one and reaches the other. */
export function endsOf(from: Position, to: Position, right: boolean): [Position, Position] {
  const [across, along] = [WIDTH / 2, HEIGHT / 2]
  return right
    ? [
        { x: from.x + WIDTH, y: from.y + along },
        { x: to.x, y: to.y + along },
      ]
    : [
        { x: from.x + across, y: from.y + HEIGHT },
        { x: to.x + across, y: to.y },
      ]
}

/** The width of a letter on a wire, and what is free around its label. */
const LETTER = 6.6
const AROUND = 14

/** Return the middle of a label at the beginning of a wire: at its end is the name of a port. */
function atStart(start: Position, end: Position, label: string): Position {
  const x = start.x + AROUND + (LETTER * label.length) / 2
  return { x, y: start.y + (end.y - start.y) * 0.15 }
}

/** The names of ports above a card are this much too near to a label in the middle of a wire. */
const NAME = 5

/** Return the middle of a label where the wire has room, before the name of the port at its end. */
export function beforeName(
  { right, into }: { right: boolean; into: boolean },
  [start, end]: readonly [Position, Position],
  middle: Position,
  label: string,
): Position {
  if (right && into) return atStart(start, end, label)
  return right || into ? middle : { x: middle.x, y: middle.y - NAME }
}
