/** Where a wire runs past cards: the free line that is short and crosses few other wires. */
import type { Position } from '../../contract'
import type { Rect } from '../geometry'
import type { Crossings } from './crossings'
import type { Frame } from './frame'
import { cornersOf, type End, type Lane } from './wires'

/** What stays free between a lane and a card, and between two lanes. */
const MARGIN = 16
const LANES = 16
/** So many free lines are compared for each pair of ends. */
const MOST = 4
/**
 * What a crossing, a card in front of the wire, an end, and an end that meets one of another wire
 * cost, in pixels of length.
 */
const COST = { crossing: 240, hidden: 2000, side: 20, port: 60, met: 100 }

/** A wire with its ends in the coordinates of its frame, in which it runs downwards. */
export interface Ends {
  from: Position
  to: Position
  frame: Frame
  /** Whether the wire has to end at its port: a card has several there. */
  bound?: readonly [exit: boolean, entry: boolean]
  /** Whether another wire enters a card where this one would leave it, or leaves where it enters. */
  isMet?: (place: Position, end: 'exit' | 'entry') => boolean
}

type Kinds = readonly [exit: End, entry: End]
const SIDES: readonly Kinds[] = [['side', 'side']]
const ALL: readonly Kinds[] = [...SIDES, ['side', 'port'], ['port', 'side'], ['port', 'port']]

/** Return the best lane past cards; where two are as good, the one at the right. */
export function laneOf(
  ends: Ends,
  cards: readonly Rect[],
  lanes: readonly Lane[],
  crossings: Crossings,
): Lane {
  const { from, to, frame } = ends
  const gap = frame.step - frame.along
  const [exit, entry] = ends.bound ?? []
  const fitting = ALL.filter(
    (kinds) => (!exit || kinds[0] === 'port') && (!entry || kinds[1] === 'port'),
  )
  const kinds = to.y - from.y - frame.along >= 2 * gap ? fitting : SIDES
  let best: Lane | null = null
  let least = Infinity
  for (const lane of kinds.flatMap((pair) => candidates(ends, pair, cards, lanes))) {
    const now = costOf(lane, ends, cards, crossings)
    if (best && (now > least || (now === least && lane.lane < best.lane))) continue
    best = lane
    least = now
  }
  return best as Lane
}

function candidates(
  { from, to, frame }: Ends,
  [exit, entry]: Kinds,
  cards: readonly Rect[],
  lanes: readonly Lane[],
): Lane[] {
  const { across, along, step } = frame
  const port = step - along
  const high = exit === 'side' ? from.y + along / 2 : from.y + along + port
  const low = entry === 'side' ? to.y + along / 2 : to.y - port
  const [top, bottom] = [Math.min(high, low), Math.max(high, low)]
  const card = ({ x, y }: Position): Rect => ({ x, y, width: across, height: along })
  const around = [...cards, ...(exit === 'side' ? [card(from)] : [])]
  if (entry === 'side') around.push(card(to))
  const spans = around
    .filter(({ y, height }) => y < bottom && y + height > top)
    .map(({ x, width }): Span => [x - MARGIN, x + width + MARGIN])
  for (const { lane, ...other } of lanes)
    if (other.top < bottom && other.bottom > top) spans.push([lane - LANES + 1, lane + LANES - 1])
  const middles = [from.x + across / 2, to.x + across / 2]
  return freeLines(spans, middles).map((lane) => ({ lane, top, bottom, exit, entry }))
}

type Span = [number, number]

/** The lines outside of all spans that are nearest to both ends. */
function freeLines(spans: Span[], ends: readonly number[]): number[] {
  const lines = ends.filter((x) => !spans.some(([left, right]) => x > left && x < right))
  const [first, last] = [Math.min(...ends), Math.max(...ends)]
  let right = -Infinity
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    // On the way from one end to the other, the middle of a gap is as near: its shape has room there.
    if (start >= right && first < right && start < last) lines.push((right + start) / 2)
    else if (start >= right) lines.push(right, start)
    right = Math.max(right, end)
  }
  const distance = (x: number) => ends.reduce((sum, end) => sum + Math.abs(x - end), 0)
  return [...new Set([...lines, right])]
    .filter(Number.isFinite)
    .sort((a, b) => distance(a) - distance(b) || b - a)
    .slice(0, MOST)
}

function costOf(lane: Lane, ends: Ends, cards: readonly Rect[], crossings: Crossings): number {
  const { from, to, frame } = ends
  const points = cornersOf(lane, from, to, frame)
  const [start, first, second, end] = points
  const [left, right] = [from, to].map(({ x }) => x + frame.across / 2) as [number, number]
  const straight = (at: number, kind: End) => (lane.lane === at ? 0 : COST[kind])
  const hidden = [
    [start, first],
    [second, end],
  ].flatMap(([a, b]) => cards.filter((card) => touches(card, a as Position, b as Position)))
  return (
    Math.abs(lane.lane - left) +
    Math.abs(lane.lane - right) +
    straight(left, lane.exit) +
    straight(right, lane.entry) +
    COST.hidden * hidden.length +
    (ends.isMet?.(start as Position, 'exit') ? COST.met : 0) +
    (ends.isMet?.(end as Position, 'entry') ? COST.met : 0) +
    COST.crossing * crossings.count(points)
  )
}

function touches({ x, y, width, height }: Rect, a: Position, b: Position): boolean {
  return (
    Math.max(a.x, b.x) > x &&
    Math.min(a.x, b.x) < x + width &&
    Math.max(a.y, b.y) > y &&
    Math.min(a.y, b.y) < y + height
  )
}
