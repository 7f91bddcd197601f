/** Wrapping: a very long graph continues in a next column, where a single wire leads from one to the other. */
import type { Position } from '../../contract'
import { STEP, WIDTH } from '../geometry'
import { cuts, type Rows } from './rows'

const MOST_COLUMNS = 40
/** Between the cards of two columns. */
const GAP = 96

/** Return the positions in as many columns as fit best into a room of this width by height. */
export function wrapped(flat: readonly Position[], rows: Rows, aspect: number): Position[] {
  const single = new Set(cuts(rows))
  const breaks = [...single].filter((rank) => single.has(rank - 1))
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
