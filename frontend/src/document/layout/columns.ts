/** The x coordinates: straight chains, near their neighbours, and nothing overlaps. */
import type { Distances } from './frame'
import type { Rows } from './rows'
import { type Constraint, minimize } from './simplex'

const WEIGHT = { real: 3, mixed: 1 }

/** Return x coordinates of the members of the rows `first` to `last`. */
export function columnsOf(
  graph: Rows,
  spine: ReadonlySet<number>,
  first: number,
  last: number,
  distances: Distances,
): Map<number, number> {
  const rows = graph.rows.slice(first, last + 1)
  const blocks = alignedBlocks(graph, spine, rows)
  const constraints: Constraint[] = []
  const separated = new Map<string, Constraint>()
  for (const row of rows) {
    for (let i = 0; i + 1 < row.length; i += 1) {
      const [a, b] = [row[i] as number, row[i + 1] as number]
      const [from, to] = [blocks.of(a), blocks.of(b)]
      const least = distance(graph, distances, a, b)
      const known = separated.get(`${from} ${to}`)
      if (known) known.least = Math.max(known.least, least)
      else separated.set(`${from} ${to}`, { from, to, least, weight: 0 })
    }
  }
  constraints.push(...separated.values())
  let count = blocks.count
  for (const row of rows.slice(0, -1)) {
    for (const node of row) {
      for (const other of graph.below[node] as number[]) {
        const [a, b] = [blocks.of(node), blocks.of(other)]
        if (a === b) continue
        const weight = node < graph.real && other < graph.real ? WEIGHT.real : WEIGHT.mixed
        // The distance of two variables, whichever is to the left: both are right of a third.
        constraints.push({ from: count, to: a, least: 0, weight })
        constraints.push({ from: count, to: b, least: 0, weight })
        count += 1
      }
    }
  }
  const x = minimize(count, constraints)
  return new Map(rows.flat().map((node) => [node, x[blocks.of(node)] as number]))
}

function distance({ real }: Rows, distances: Distances, a: number, b: number): number {
  if (a < real && b < real) return distances.cards
  return a < real || b < real ? distances.beside : distances.wires
}

interface Blocks {
  count: number
  of: (node: number) => number
}

/**
 * Align what has one x coordinate: the spine, then long wires, then chains. Of two alignments that
 * cross only the first is made, so that blocks have an order from left to right.
 */
function alignedBlocks(graph: Rows, spine: ReadonlySet<number>, rows: readonly number[][]): Blocks {
  const parent = new Map<number, number>()
  const root = (node: number): number => {
    let at = node
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up
    return at
  }
  for (let at = 0; at + 1 < rows.length; at += 1) {
    const place = new Map((rows[at + 1] as number[]).map((node, i) => [node, i]))
    const pairs = (rows[at] as number[]).flatMap((node, left) =>
      (graph.below[node] as number[]).flatMap((other) => {
        const right = place.get(other)
        const rank = importance(graph, spine, node, other)
        return right === undefined || rank === 0 ? [] : [{ node, other, left, right, rank }]
      }),
    )
    const made: typeof pairs = []
    for (const pair of pairs.sort((a, b) => b.rank - a.rank)) {
      const crosses = made.some(
        ({ left, right }) =>
          (left - pair.left) * (right - pair.right) < 0 ||
          left === pair.left ||
          right === pair.right,
      )
      if (crosses) continue
      made.push(pair)
      parent.set(root(pair.other), root(pair.node))
    }
  }
  const numbers = new Map<number, number>()
  for (const node of rows.flat()) {
    const top = root(node)
    if (!numbers.has(top)) numbers.set(top, numbers.size)
  }
  return { count: numbers.size, of: (node) => numbers.get(root(node)) as number }
}

function importance(graph: Rows, spine: ReadonlySet<number>, a: number, b: number): number {
  if (spine.has(a) && spine.has(b)) return 3
  if (a >= graph.real && b >= graph.real) return 2
  const only =
    (graph.below[a] as number[]).length === 1 && (graph.above[b] as number[]).length === 1
  return only ? 1 : 0
}
