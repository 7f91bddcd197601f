/**
 * Automatic layout, from top to bottom or from left to right: the path with the most layers is a
 * straight spine, shortcuts run at its side, and branches lie around their merges (decision 020).
 */
import type { Position } from '../../contract'
import { GRID } from '../geometry'
import { groupBy } from '../groups'
import { columnsOf } from './columns'
import { type Facing, facingOf } from './facing'
import { DOWN, type Frame, RIGHT, turned } from './frame'
import { orderRows } from './ordering'
import { cuts, type Rows, rowsOf } from './rows'
import { type Shape, type Sketch, shapeOf } from './shape'
import { spineOf } from './spine'
import { uOf } from './ushape'
import { wrapped } from './wrapping'

export type { Sketch } from './shape'

/** From so many branches on, none of them is the main one. */
const MANY = 3
/** Two branches of about the same number of layers are equal. */
const EQUAL = 0.6

/** Return a position for every node, near the graph's present position. */
export function arrange(sketch: Sketch): Map<string, Position> {
  if (!sketch.sideways) return arrangeAll(sketch, DOWN)
  const nodes = sketch.nodes.map((node) => ({ ...node, position: turned(node.position) }))
  const placed = arrangeAll({ nodes, edges: sketch.edges }, RIGHT)
  return new Map([...placed].map(([id, position]) => [id, turned(position)]))
}

function arrangeAll(sketch: Sketch, frame: Frame): Map<string, Position> {
  const placed = new Map<string, Position>()
  let left = 0
  for (const part of parts(sketch)) {
    const positions = arrangePart(part, frame)
    const low = least([...positions.values()].map(({ x }) => x))
    let right = 0
    for (const [id, { x, y }] of positions) {
      placed.set(id, { x: x - low + left, y })
      right = Math.max(right, x - low)
    }
    left += right + frame.apart
  }
  return moved(placed, sketch.nodes)
}

function arrangePart(sketch: Sketch, frame: Frame): Map<string, Position> {
  const shape = shapeOf(sketch)
  // A U and columns are read from left to right.
  const isWrapped = sketch.aspect !== undefined && sketch.height === undefined
  if (frame === DOWN && !isWrapped) {
    const u = uOf(sketch, shape)
    if (u) return u
    const sides = facingOf(sketch, shape)
    if (sides) return sideBySide(sides, frame)
  }
  const arranged = inRows(sketch, shape, frame)
  return sketch.aspect ? arranged : mirrored(arranged, sketch.nodes)
}

/** An encoder at the left of its decoder, both from the same row on. */
function sideBySide({ encoder, decoder }: Facing, frame: Frame): Map<string, Position> {
  const placed = new Map<string, Position>()
  let left = 0
  for (const side of [encoder, decoder]) {
    const positions = [...arrangePart(side, frame)]
    const [x, y] = [least(positions.map(([, at]) => at.x)), least(positions.map(([, at]) => at.y))]
    for (const [id, at] of positions) placed.set(id, { x: at.x - x + left, y: at.y - y })
    left += most(positions.map(([, at]) => at.x)) - x + frame.facing
  }
  return placed
}

function inRows(sketch: Sketch, shape: Shape, frame: Frame): Map<string, Position> {
  const rows = rowsOf(shape)
  const spine = spineOf(rows)
  const x = new Array<number>(rows.count).fill(0)
  const single = new Set(cuts(rows).flatMap((rank) => rows.rows[rank] ?? []))
  for (const [first, last] of regions(rows)) {
    // Equal branches lie around the line of their merges, else the longest goes on in it.
    const straight = hasEqualBranches(rows, single, first, last) ? single : spine
    orderRows(rows, straight, first, last)
    const columns = columnsOf(rows, straight, first, last, frame.distances)
    const middle =
      straight === single
        ? centerOf(rows, single, columns)
        : middleOf(rows, spine, columns, first, last)
    for (const [node, at] of columns) if (!single.has(node)) x[node] = at - middle
  }
  const flat = sketch.nodes.map((_, node) => ({
    x: x[node] as number,
    y: (rows.ranks[node] as number) * frame.step,
  }))
  const isHigh = rows.rows.length * frame.step > (sketch.height ?? 0)
  const positions = sketch.aspect && isHigh ? wrapped(flat, rows, sketch.aspect) : flat
  return new Map(sketch.nodes.map(({ id }, node) => [id, positions[node] as Position]))
}

/** Divide the rows where all paths meet in one node; each part is drawn around that line. */
function regions(rows: Rows): [number, number][] {
  const ends = new Set([0, ...cuts(rows), rows.rows.length - 1])
  const sorted = [...ends].sort((a, b) => a - b)
  if (sorted.length === 1) return [[0, 0]]
  return sorted.slice(1).map((last, at): [number, number] => [sorted[at] as number, last])
}

/** The line that a region is drawn around: the spine. */
function middleOf(
  { rows }: Rows,
  spine: ReadonlySet<number>,
  columns: ReadonlyMap<number, number>,
  first: number,
  last: number,
): number {
  for (let rank = first; rank <= last; rank += 1)
    for (const node of rows[rank] as number[])
      if (spine.has(node)) return columns.get(node) as number
  return columns.get(rows[first]?.[0] ?? -1) ?? 0
}

/** The line halfway between the outermost cards of a region. */
function centerOf(
  { real }: Rows,
  single: ReadonlySet<number>,
  columns: ReadonlyMap<number, number>,
): number {
  const cards = [...columns].filter(([node]) => node < real && !single.has(node))
  const x = cards.map(([, at]) => at)
  return (least(x) - least(x.map((at) => -at))) / 2
}

/** Whether the nodes between two rows are branches of which none is the main one. */
function hasEqualBranches(
  { rows, below, real }: Rows,
  single: ReadonlySet<number>,
  first: number,
  last: number,
): boolean {
  const inside = new Set(
    rows
      .slice(first, last + 1)
      .flat()
      .filter((node) => !single.has(node)),
  )
  const branches = components(
    [...inside],
    [...inside].flatMap((node) =>
      (below[node] as number[])
        .filter((other) => inside.has(other))
        .map((other): [number, number] => [node, other]),
    ),
  )
  const sizes = [...branches.values()]
    .map((nodes) => nodes.filter((node) => node < real).length)
    .filter((size) => size > 0)
    .sort((a, b) => b - a)
  const [most = 0, second = 0] = sizes
  return sizes.length >= MANY || (sizes.length === 2 && second >= most * EQUAL)
}

/** Return the members by the part that links join them in. */
function components<T>(members: readonly T[], links: Iterable<readonly [T, T]>): Map<T, T[]> {
  const part = new Map(members.map((member) => [member, member]))
  const root = (member: T): T => {
    let at = member
    for (let up = part.get(at) as T; up !== at; up = part.get(at) as T) {
      part.set(at, part.get(up) as T)
      at = up
    }
    return at
  }
  for (const [a, b] of links) part.set(root(a), root(b))
  return groupBy(members, root)
}

/** Return the parts of a graph that no edge connects, from left to right. */
function parts({ nodes, edges, aspect, height }: Sketch): Sketch[] {
  const ids = new Set(nodes.map(({ id }) => id))
  const known = edges.filter(({ source, target }) => ids.has(source) && ids.has(target))
  const members = components(
    [...ids],
    known.map(({ source, target }) => [source, target] as const),
  )
  const partOf = new Map([...members].flatMap(([part, some]) => some.map((id) => [id, part])))
  const wires = groupBy(known, ({ source }) => partOf.get(source))
  const sketches = [...groupBy(nodes, ({ id }) => partOf.get(id))].map(([part, some]) => ({
    nodes: some,
    edges: wires.get(part) ?? [],
    ...(aspect ? { aspect } : {}),
    ...(height ? { height } : {}),
  }))
  const left = (sketch: Sketch) => least(sketch.nodes.map(({ position }) => position.x))
  return sketches.sort((a, b) => left(a) - left(b))
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), -Infinity)
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity)
}

/** Mirror the layout if that keeps more nodes on their side. */
function mirrored(placed: Map<string, Position>, nodes: Sketch['nodes']): Map<string, Position> {
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / (values.length || 1)
  const before = mean(nodes.map(({ position }) => position.x))
  const after = mean([...placed.values()].map(({ x }) => x))
  const agreement = nodes.reduce(
    (sum, { id, position }) => sum + (position.x - before) * ((placed.get(id)?.x ?? after) - after),
    0,
  )
  if (agreement >= 0) return placed
  return new Map([...placed].map(([id, { x, y }]) => [id, { x: -x, y }]))
}

/** Keep the top left corner where it was, so that the view does not jump. */
function moved(placed: Map<string, Position>, nodes: Sketch['nodes']): Map<string, Position> {
  const corner = (positions: readonly Position[]) => ({
    x: least(positions.map(({ x }) => x)),
    y: least(positions.map(({ y }) => y)),
  })
  if (nodes.length === 0) return placed
  const before = corner(nodes.map(({ position }) => position))
  const after = corner([...placed.values()])
  const to = (from: number, by: number) => Math.round((from + by) / GRID) * GRID
  return new Map(
    [...placed].map(([id, { x, y }]) => [
      id,
      { x: to(x, before.x - after.x), y: to(y, before.y - after.y) },
    ]),
  )
}
