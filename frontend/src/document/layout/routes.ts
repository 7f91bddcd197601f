/**
 * Wires around cards: a wire that would run behind a card runs along a lane at its side, and one
 * that leads across the direction of the drawing joins the sides of cards that face each other.
 */
import type { Edge, Graph, Position } from '../../contract'
import { isRightOf, runsRight } from '../direction'
import { GRID, HEIGHT, type Rect, rectOf, WIDTH } from '../geometry'
import { lookup } from '../lookup'
import { type Places, placesOf } from '../places'
import { finished, inSteps, type Steps } from '../steps'
import { Crossings } from './crossings'
import { DOWN, type Frame, RIGHT, turned, turnedRect } from './frame'
import { type Ends, laneOf } from './lanes'
import { cornersOf, type Lane, type Route } from './wires'

export type Routes = ReadonlyMap<string, Route>

/** Whether a wire ends at a port beside the middle of a card's edge. */
export type IsAside = (edge: Edge, end: 'source' | 'target') => boolean

/** What stays free between a card and a wire. */
const MARGIN = 16
/** A lane past more cards than this runs beside the whole graph. */
const MOST = 2000

const known = new WeakMap<Places, { edges: readonly Edge[]; routes: Routes }>()

/** Return the routes of the wires that don't lead from port to port; computed when cards have moved. */
export function routesOf(graph: Graph, isAside?: IsAside): Routes {
  return finished(routing(graph, isAside))
}

/** The same in steps. */
export function* routing(graph: Graph, isAside: IsAside = () => false): Steps<Routes> {
  const places = placesOf(graph)
  const last = known.get(places)
  if (last?.edges === graph.edges) return last.routes
  const routes = yield* computed(graph, isAside)
  known.set(places, { edges: graph.edges, routes })
  return routes
}

interface Course extends Ends {
  edge: Edge
}

/** What is already drawn in a frame. */
interface Drawn {
  lanes: (Lane & { source: string })[]
  crossings: Crossings
  /** Where wires along lanes leave cards, and where they enter them. */
  exits: Set<string>
  entries: Set<string>
}

function* computed(graph: Graph, isAside: IsAside): Steps<Routes> {
  const { nodes } = lookup(graph)
  const routes = new Map<string, Route>()
  const drawn = new Map<Frame, Drawn>(
    [DOWN, RIGHT].map((frame) => [
      frame,
      { lanes: [], crossings: new Crossings(frame.step), exits: new Set(), entries: new Set() },
    ]),
  )
  const long: [Course, Rect[]][] = []
  const right = runsRight(graph)
  const drawDirectly = ({ edge, from, to, frame }: Course) => {
    if (frame === RIGHT && !right) routes.set(edge.id, { kind: 'right' })
    if (frame === DOWN && right && to.y >= from.y + HEIGHT) routes.set(edge.id, { kind: 'down' })
    const middle = frame.across / 2
    const start = { x: from.x + middle, y: from.y + frame.along }
    drawn.get(frame)?.crossings.add([start, { x: to.x + middle, y: to.y }])
  }
  yield* inSteps(graph.edges, (edge) => {
    const from = nodes.get(edge.source)?.position
    const to = nodes.get(edge.target)?.position
    if (!from || !to || from === to) return
    const course = courseOf(edge, from, to, right)
    const cards = isLong(course) ? between(graph, course) : []
    if (isLong(course) && isRising(course, cards)) routes.set(edge.id, { kind: 'up' })
    else if (isLong(course) && needsLane(course, cards)) long.push([course, cards])
    else drawDirectly(course)
  })
  const height = ({ from, to }: Course) => Math.abs(to.y - from.y)
  long.sort(([a], [b]) => height(a) - height(b))
  yield* inSteps(long, ([course, cards]) => {
    const { edge, from, to, frame } = course
    const { lanes, crossings, exits, entries } = drawn.get(frame) as Drawn
    const isMet: Ends['isMet'] = (place, end) =>
      (end === 'exit' ? entries : exits).has(keyOf(place))
    const isAlong = frame === (right ? RIGHT : DOWN)
    const bound = [isAlong && isAside(edge, 'source'), isAlong && isAside(edge, 'target')] as const
    const others = lanes.filter(({ source }) => source !== edge.source)
    const lane = laneOf({ ...course, bound, isMet }, cards, others, crossings)
    lanes.push({ ...lane, source: edge.source })
    const corners = cornersOf(lane, from, to, frame)
    exits.add(keyOf(corners.at(0) as Position))
    entries.add(keyOf(corners.at(-1) as Position))
    crossings.add(corners)
    routes.set(edge.id, { kind: 'lane', sideways: frame === RIGHT, ...lane })
  })
  return routes
}

function keyOf({ x, y }: Position): string {
  return `${x} ${y}`
}

/** The frame of a wire: one between cards beside each other leads to the right in any graph. */
function courseOf(edge: Edge, from: Position, to: Position, right: boolean): Course {
  const sideways = isRightOf(from, to) && (right || Math.abs(to.y - from.y) < HEIGHT)
  return sideways
    ? { edge, from: turned(from), to: turned(to), frame: RIGHT }
    : { edge, from, to, frame: DOWN }
}

/** Whether there may be a card between two others. */
function isLong({ from, to, frame }: Course): boolean {
  const { across, along, step } = frame
  return to.y < from.y + along || to.y - from.y > 1.5 * step || Math.abs(to.x - from.x) > 2 * across
}

/** Whether a wire is drawn straight up: to a card that lies exactly above, with nothing between. */
function isRising({ from, to, frame }: Course, cards: readonly Rect[]): boolean {
  if (frame !== DOWN || Math.abs(from.x - to.x) >= GRID || to.y + HEIGHT >= from.y) return false
  return !cards.some(({ x, width }) => x < from.x + WIDTH && x + width > from.x)
}

function needsLane(course: Course, cards: readonly Rect[]): boolean {
  const { from, to, frame } = course
  const aside =
    Math.abs(to.x - from.x) >= frame.across / 2 + MARGIN && to.y - from.y > 1.5 * frame.step
  return aside || cards.some((card) => isBehind(card, course))
}

/** The cards at the height of a wire, except those at its ends. */
function between(graph: Graph, { edge, from, to, frame }: Course): Rect[] {
  const places = placesOf(graph)
  if (!places.bounds) return []
  const bounds = frame === RIGHT ? turnedRect(places.bounds) : places.bounds
  const top = Math.min(from.y, to.y) + 1
  const bottom = Math.max(from.y, to.y) + frame.along - 1
  const band = { x: bounds.x, y: top, width: bounds.width, height: bottom - top }
  const cards: Rect[] = []
  for (const { id, position } of places.within(frame === RIGHT ? turnedRect(band) : band)) {
    if (id === edge.source || id === edge.target) continue
    cards.push(frame === RIGHT ? turnedRect(rectOf(position)) : rectOf(position))
    if (cards.length > MOST) return [bounds]
  }
  return cards
}

/** Whether the curve from one card down to another would touch a card. */
function isBehind(card: Rect, { from, to, frame }: Course): boolean {
  const start = { x: from.x + frame.across / 2, y: from.y + frame.along }
  const end = { x: to.x + frame.across / 2, y: to.y }
  if (end.y <= start.y) return true
  const { x: left, y: top, width, height } = card
  for (let step = 1; step < 24; step += 1) {
    const at = step / 24
    // A cubic curve that leaves and arrives vertically, as wires do.
    const x = start.x + (end.x - start.x) * at * at * (3 - 2 * at)
    const middle = (start.y + end.y) / 2
    const y = (1 - at) ** 3 * start.y + 3 * at * (1 - at) * middle + at ** 3 * end.y
    if (x > left - 6 && x < left + width + 6 && y > top - 4 && y < top + height + 4) return true
  }
  return false
}
