/** Wrapping: a very long graph continues in a next column, where a single wire leads from one to the other. */
import type { Position } from '../../contract'
import { STEP, WIDTH } from '../geometry'
import { cuts, type Rows } from './rows'

const MOST_COLUMNS = 40
/** Between the cards of two columns. */
const GAP = 96

/** Where a column may begin although several wires lead to it, if the drawing is much larger else. */
const MOST_WIRES = 2
const MUCH = 2

/** Return the positions in as many columns as fit best into a room of this width by height. */
export function wrapped(flat: readonly Position[], rows: Rows, aspect: number): Position[] {
  const single = new Set(cuts(rows))
  const strict = best(
    flat,
    rows,
    aspect,
    [...single].filter((rank) => single.has(rank - 1)),
  )
  const loose = best(flat, rows, aspect, narrow(rows))
  return sizeOf(strict, aspect) > MUCH * sizeOf(loose, aspect) ? loose : strict
}

/** The rows into which few tensors lead, though each to several cards perhaps. */
function narrow(rows: Rows): number[] {
  const origins = rows.above.map((_, node) => node)
  // Stand-ins come after the node above them.
  for (let node = rows.real; node < rows.count; node += 1)
    origins[node] = origins[rows.above[node]?.[0] ?? node] ?? node
  return [...rows.rows.keys()].slice(1).filter((rank) => {
    const links = (rows.rows[rank] as number[]).flatMap((node) => rows.above[node] as number[])
    return new Set(links.map((node) => origins[node])).size <= MOST_WIRES
  })
}

function best(
  flat: readonly Position[],
  rows: Rows,
  aspect: number,
  breaks: readonly number[],
): Position[] {
  let best = [...flat]
  let smallest = sizeOf(best, aspect)
  for (let count = 2; count <= MOST_COLUMNS; count += 1) {
    const columns = inColumns(flat, rows, breaks, count)
    const size = sizeOf(columns, aspect)
    if (size >= smallest) continue
    best = columns
    smallest = size
  }
  return best
}

/** The height of a room that holds the cards. */
function sizeOf(positions: readonly Position[], aspect: number): number {
  const range = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, value), -Infinity) -
    values.reduce((least, value) => Math.min(least, value), Infinity)
  const width = range(positions.map(({ x }) => x)) + WIDTH
  const height = range(positions.map(({ y }) => y)) + STEP
  return Math.max(height, width / aspect)
}

function inColumns(
  flat: readonly Position[],
  rows: Rows,
  breaks: readonly number[],
  count: number,
): Position[] {
  const most = Math.ceil(rows.rows.length / count)
  const starts = [0]
  for (const [at, rank] of breaks.entries()) {
    const start = starts.at(-1) as number
    const next = breaks[at + 1] ?? rows.rows.length
    // The last place to break before the column would be too long.
    if (rank > start && next - start > most) starts.push(rank)
  }
  const result = [...flat]
  let left = 0
  for (const [at, start] of starts.entries()) {
    const end = starts[at + 1] ?? rows.rows.length
    const members = rows.rows
      .slice(start, end)
      .flat()
      .filter((node) => node < rows.real)
    const x = members.map((node) => (flat[node] as Position).x)
    const low = x.reduce((least, value) => Math.min(least, value), Infinity)
    const high = x.reduce((most, value) => Math.max(most, value), -Infinity)
    for (const node of members) {
      const { x, y } = flat[node] as Position
      result[node] = { x: x - low + left, y: y - start * STEP }
    }
    left += high - low + WIDTH + GAP
  }
  return result
}
