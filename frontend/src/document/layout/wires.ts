/** The lines of wires that are not drawn from port to port. */
import type { Position } from '../../contract'
import { HEIGHT, STEP, WIDTH } from '../geometry'
import type { Line } from '../wirepath'
import { DOWN, type Frame, RIGHT, turned } from './frame'

/** How a lane meets a card: at the side, or at the port, by a curve in the gap before the next row. */
export type End = 'side' | 'port'

/** A line beside cards, and where the wire runs along it; turned where the wire leads to the right. */
export interface Lane {
  lane: number
  top: number
  bottom: number
  exit: End
  entry: End
}

/**
 * A wire that runs along a lane; one from the right of a card to the left of another, where the
 * drawing runs down; one from the bottom to the top, where it runs to the right; one that leads
 * straight up, with an arrowhead.
 */
export type Route =
  | ({ kind: 'lane'; sideways: boolean } & Lane)
  | { kind: 'right' }
  | { kind: 'down' }
  | { kind: 'up' }

/** Where the ports of a wire are, in the direction of its lane; without it, in the middle of the cards. */
export interface PortPlaces {
  source?: Position
  target?: Position
}

/** Where wires that lead up meet cards: beside the ports, which are for the other direction. */
const UP = WIDTH * 0.75
const HEAD = { width: 4, height: 7 }

/** Return the line of a wire and its outermost places, from the card at one position to another. */
export function lineOf(
  route: Route,
  from: Position,
  to: Position,
  ports: PortPlaces = {},
): Line & { around: Position[] } {
  const points = pointsOf(route, from, to, ports)
  const around = [points[1], points[2]] as Position[]
  const [a, b] = around as [Position, Position]
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
  if (route.kind === 'lane' && !route.sideways) middle.y = betweenRows(middle.y, from, a.y, b.y)
  return { path: pathOf(route, from, to, ports), middle, around }
}

/** The height between two rows that is nearest to `y`: a label beside cards would lie under them. */
function betweenRows(y: number, from: Position, start: number, end: number): number {
  const first = from.y + (HEIGHT + STEP) / 2
  const nearest = first + Math.round((y - first) / STEP) * STEP
  const isWithin = nearest > Math.min(start, end) && nearest < Math.max(start, end)
  return isWithin ? nearest : y
}

/** Return the corners of a wire, from one card to the other. */
export function pointsOf(
  route: Route,
  from: Position,
  to: Position,
  ports: PortPlaces = {},
): Position[] {
  switch (route.kind) {
    case 'right': {
      const [start, end] = [besideOf(from, WIDTH), besideOf(to, 0)]
      return [start, start, end, end]
    }
    case 'down': {
      const start = { x: from.x + WIDTH / 2, y: from.y + HEIGHT }
      const end = { x: to.x + WIDTH / 2, y: to.y }
      return [start, start, end, end]
    }
    case 'up': {
      const start = { x: from.x + UP, y: from.y }
      const end = { x: from.x + UP, y: to.y + HEIGHT }
      return [start, start, end, end]
    }
    case 'lane': {
      const { frame, turn } = frameOf(route)
      return cornersOf(route, turn(from), turn(to), frame, turnedPorts(ports, turn)).map(turn)
    }
  }
}

/** Return the ends and corners of a wire along a lane, in the coordinates of its frame. */
export function cornersOf(
  route: Lane,
  from: Position,
  to: Position,
  frame: Frame,
  ports: PortPlaces = {},
): Position[] {
  const { lane, exit, entry } = route
  const start = (exit === 'port' && ports.source) || endOf(lane, exit, from, frame.along, frame)
  const end = (entry === 'port' && ports.target) || endOf(lane, entry, to, 0, frame)
  const gap = frame.step - frame.along
  const first = exit === 'port' ? start.y + gap : start.y
  const second = entry === 'port' ? end.y - gap : end.y
  return [start, { x: lane, y: first }, { x: lane, y: second }, end]
}

function pathOf(route: Route, from: Position, to: Position, ports: PortPlaces): string {
  const [start, , , end] = pointsOf(route, from, to, ports) as [
    Position,
    Position,
    Position,
    Position,
  ]
  switch (route.kind) {
    case 'right': {
      const middle = (start.x + end.x) / 2
      return `M${at(start)} C${middle},${start.y} ${middle},${end.y} ${at(end)}`
    }
    case 'down': {
      const middle = (start.y + end.y) / 2
      return `M${at(start)} C${start.x},${middle} ${end.x},${middle} ${at(end)}`
    }
    case 'up':
      return `M${at(start)} L${at(end)} ${headOf(end, { x: 0, y: -1 })}`
    case 'lane': {
      const isUp = !route.sideways && to.y + HEIGHT <= from.y && route.entry === 'side'
      const towards = { x: Math.sign(end.x - route.lane), y: 0 }
      return `${laneOf(route, from, to, ports)}${isUp && towards.x ? ` ${headOf(end, towards)}` : ''}`
    }
  }
}

/** An arrowhead, for a wire that leads against the direction of the drawing. */
function headOf(end: Position, { x, y }: Position): string {
  const { width, height } = HEAD
  const back = { x: end.x - x * height, y: end.y - y * height }
  const [one, other] = [1, -1].map((side) => ({
    x: back.x + side * y * width,
    y: back.y + side * x * width,
  })) as [Position, Position]
  return `M${at(one)} L${at(end)} L${at(other)}`
}

function turnedPorts(ports: PortPlaces, turn: (position: Position) => Position): PortPlaces {
  const { source, target } = ports
  return { ...(source && { source: turn(source) }), ...(target && { target: turn(target) }) }
}

function laneOf(
  route: Extract<Route, Lane>,
  from: Position,
  to: Position,
  ports: PortPlaces,
): string {
  const { frame, turn } = frameOf(route)
  const corners = cornersOf(route, turn(from), turn(to), frame, turnedPorts(ports, turn))
  const [start, first, second, end] = corners as [Position, Position, Position, Position]
  const { lane, exit, entry } = route
  const put = (x: number, y: number) => at(turn({ x, y }))
  const down = second.y > first.y ? 1 : -1
  const room = Math.abs(second.y - first.y) / 2
  const bend = (x: number) => Math.min(12, Math.abs(lane - x), room)
  const corner = (x: number, size: number) => lane + Math.sign(x - lane) * size
  const curve = (a: Position, b: Position) => {
    const middle = (a.y + b.y) / 2
    return `C${put(a.x, middle)} ${put(b.x, middle)} ${put(b.x, b.y)}`
  }
  const [out, into] = [bend(start.x), bend(end.x)]
  return [
    `M${put(start.x, start.y)}`,
    exit === 'port'
      ? curve(start, first)
      : `L${put(corner(start.x, out), start.y)} Q${put(lane, start.y)} ${put(lane, start.y + down * out)}`,
    entry === 'port'
      ? `L${put(lane, second.y)} ${curve(second, end)}`
      : `L${put(lane, end.y - down * into)} Q${put(lane, end.y)} ${put(corner(end.x, into), end.y)} L${put(end.x, end.y)}`,
  ].join(' ')
}

function at({ x, y }: Position): string {
  return `${x},${y}`
}

function frameOf({ sideways }: Extract<Route, Lane>) {
  const turn = sideways ? turned : (position: Position) => position
  return { frame: sideways ? RIGHT : DOWN, turn }
}

function besideOf({ x, y }: Position, side: number): Position {
  return { x: x + side, y: y + HEIGHT / 2 }
}

/** Where a wire meets a card: at its port, also where the lane leads there, or at the side of its lane. */
function endOf(lane: number, end: End, { x, y }: Position, port: number, frame: Frame): Position {
  const middle = x + frame.across / 2
  if (end === 'port' || lane === middle) return { x: middle, y: y + port }
  return { x: lane > middle ? x + frame.across : x, y: y + frame.along / 2 }
}
