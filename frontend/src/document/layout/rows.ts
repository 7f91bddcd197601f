/** The rows of a layered drawing: edges across several rows get a stand-in in each row between. */
import type { Shape } from './shape'

export interface Rows {
  /** Real nodes keep their numbers; stand-ins come after them. */
  count: number
  real: number
  above: number[][]
  below: number[][]
  ranks: number[]
  /** The members of each row, from left to right. */
  rows: number[][]
}

/** Edges are given stand-ins, short ones first, until there are this many. */
const MOST_STAND_INS = 30_000

/** Return the rows of a graph with their stand-ins, in no particular order. */
export function rowsOf({ count, below, ranks }: Shape): Rows {
  const last = ranks.reduce((most, rank) => Math.max(most, rank), 0)
  const rows: Rows = {
    count,
    real: count,
    above: ranks.map(() => []),
    below: ranks.map(() => []),
    ranks: [...ranks],
    rows: Array.from({ length: last + 1 }, () => []),
  }
  const edges = below.flatMap((targets, from) => targets.map((to) => ({ from, to })))
  const span = ({ from, to }: { from: number; to: number }) =>
    (ranks[to] as number) - (ranks[from] as number)
  const routed = new Set<(typeof edges)[number]>()
  let standIns = 0
  for (const edge of edges.toSorted((a, b) => span(a) - span(b))) {
    standIns += span(edge) - 1
    if (standIns > MOST_STAND_INS) break
    routed.add(edge)
  }
  for (const edge of edges) if (routed.has(edge)) connect(rows, edge.from, edge.to)
  rows.ranks.forEach((rank, node) => {
    rows.rows[rank]?.push(node)
  })
  return rows
}

function connect(rows: Rows, from: number, to: number): void {
  let before = from
  for (let rank = (rows.ranks[from] as number) + 1; rank < (rows.ranks[to] as number); rank += 1) {
    const between = rows.count
    rows.count += 1
    rows.ranks.push(rank)
    rows.above.push([before])
    rows.below.push([])
    rows.below[before]?.push(between)
    before = between
  }
  rows.below[before]?.push(to)
  rows.above[to]?.push(before)
}

/** Return the rows that all paths pass through: those of a single node and no stand-in. */
export function cuts({ rows, ranks, above, below, real }: Rows): number[] {
  let [first, last] = [0, Infinity]
  for (let node = 0; node < real; node += 1) {
    const rank = ranks[node] as number
    if (above[node]?.length === 0) first = Math.max(first, rank)
    if (below[node]?.length === 0) last = Math.min(last, rank)
  }
  return [...rows.keys()].filter((rank) => {
    const row = rows[rank] as number[]
    return rank >= first && rank <= last && row.length === 1 && (row[0] as number) < real
  })
}
