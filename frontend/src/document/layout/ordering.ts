/** The order in each row: few crossings, the spine to the left of its shortcuts. */
import type { Rows } from './rows'

const SWEEPS = 24
/** Larger graphs are swept less often. */
const LARGE = 3000

/** Order the rows `first` to `last`; the others stay as they are. */
export function orderRows(
  graph: Rows,
  spine: ReadonlySet<number>,
  first: number,
  last: number,
): void {
  const rows = graph.rows.slice(first, last + 1)
  if (rows.every(({ length }) => length < 2)) return
  discover(graph, spine, rows)
  const size = rows.reduce((sum, { length }) => sum + length, 0)
  const sweeps = size > LARGE ? 6 : SWEEPS
  let best = rows.map((row) => [...row])
  let least = crossings(graph, rows)
  for (let sweep = 0; sweep < sweeps && least > 0; sweep += 1) {
    const down = sweep % 2 === 0
    for (let i = 1; i < rows.length; i += 1)
      sortRow(graph, rows, down ? i : rows.length - 1 - i, down, sweep % 4 >= 2)
    swap(graph, rows, !down)
    const now = crossings(graph, rows)
    if (now < least) {
      least = now
      best = rows.map((row) => [...row])
    }
  }
  best.forEach((row, at) => {
    graph.rows[first + at] = row
  })
}

/** The order in which depth-first search meets the members, the spine first. */
function discover(graph: Rows, spine: ReadonlySet<number>, rows: number[][]): void {
  const rank = new Map<number, number>()
  const seen = new Set<number>()
  const found: number[][] = rows.map(() => [])
  rows.forEach((row, at) => {
    for (const node of row) rank.set(node, at)
  })
  for (const start of rows.flat()) {
    const stack = [start]
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const at = rank.get(node)
      if (at === undefined || seen.has(node)) continue
      seen.add(node)
      found[at]?.push(node)
      // The last is visited first: the spine, then branches, then shortcuts.
      const weight = (other: number) => (spine.has(other) ? 2 : other < graph.real ? 1 : 0)
      const next = (graph.below[node] as number[]).toReversed()
      stack.push(...next.sort((a, b) => weight(a) - weight(b)))
    }
  }
  found.forEach((row, at) => {
    rows[at] = row
  })
}

function sortRow(graph: Rows, rows: number[][], at: number, down: boolean, ties: boolean): void {
  const row = rows[at] as number[]
  const fixed = new Map((rows[down ? at - 1 : at + 1] ?? []).map((node, i) => [node, i]))
  const neighbours = down ? graph.above : graph.below
  const wanted = new Map<number, number>()
  row.forEach((node, i) => {
    const places = (neighbours[node] as number[]).flatMap((other) => fixed.get(other) ?? [])
    wanted.set(node, places.length > 0 ? mean(places) : i)
  })
  const sorted = ties ? row.toReversed() : row
  rows[at] = sorted.toSorted((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Exchange neighbours in a row as long as that removes crossings; with `ties`, once also where it keeps their number. */
function swap(graph: Rows, rows: number[][], ties: boolean): void {
  const place = new Map<number, number>()
  for (const row of rows) for (const [i, node] of row.entries()) place.set(node, i)
  for (let changed = true, round = 0; changed && round < 4; round += 1) {
    changed = false
    for (const row of rows) {
      for (let i = 0; i + 1 < row.length; i += 1) {
        const [a, b] = [row[i] as number, row[i + 1] as number]
        const before = between(graph, place, a, b)
        const after = before === 0 ? 0 : between(graph, place, b, a)
        const isTie = after === before && ties && round === 0
        if (before === 0 || (after >= before && !isTie)) continue
        row[i] = b
        row[i + 1] = a
        place.set(b, i).set(a, i + 1)
        changed ||= after < before
      }
    }
  }
}

/** The crossings of the edges of two neighbours, `a` to the left of `b`. */
function between(graph: Rows, place: ReadonlyMap<number, number>, a: number, b: number): number {
  let sum = 0
  for (const neighbours of [graph.above, graph.below])
    for (const left of neighbours[a] as number[])
      for (const right of neighbours[b] as number[])
        if ((place.get(left) ?? 0) > (place.get(right) ?? 0)) sum += 1
  return sum
}

/** Return the number of pairs of edges that cross between neighbouring rows. */
export function crossings({ below }: Rows, rows: readonly number[][]): number {
  let sum = 0
  for (let at = 0; at + 1 < rows.length; at += 1) {
    const next = rows[at + 1] as number[]
    const place = new Map(next.map((node, i) => [node, i]))
    const ends = (rows[at] as number[]).flatMap((node) =>
      (below[node] as number[]).flatMap((other) => place.get(other) ?? []).sort((a, b) => a - b),
    )
    sum += inversions(ends, next.length)
  }
  return sum
}

/** The number of pairs in the wrong order, with a Fenwick tree. */
function inversions(values: readonly number[], size: number): number {
  const tree = new Array<number>(size + 1).fill(0)
  let sum = 0
  values.forEach((value, i) => {
    let smaller = 0
    for (let at = value + 1; at > 0; at -= at & -at) smaller += tree[at] as number
    sum += i - smaller
    for (let at = value + 1; at <= size; at += at & -at) tree[at] = (tree[at] as number) + 1
  })
  return sum
}
