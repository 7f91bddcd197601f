/** The spine of a graph: the path with the most layers, which is drawn straight. */
import type { Rows } from './rows'

/** Return the members of the spine, one in each row that it crosses. */
export function spineOf({ above, below, ranks, rows, count, real }: Rows): Set<number> {
  const most = new Array<number>(count).fill(0)
  const next = new Array<number>(count).fill(-1)
  for (const row of rows.toReversed())
    for (const node of row) {
      for (const other of below[node] as number[]) {
        if ((most[other] as number) <= (most[node] as number) && next[node] !== -1) continue
        most[node] = most[other] as number
        next[node] = other
      }
      if (node < real) most[node] = (most[node] as number) + 1
    }
  const starts = [...ranks.keys()].filter((node) => (above[node] as number[]).length === 0)
  let node = starts.reduce(
    (best, start) => ((most[start] ?? 0) > (most[best] ?? -1) ? start : best),
    -1,
  )
  const spine = new Set<number>()
  for (; node !== -1; node = next[node] as number) spine.add(node)
  return spine
}
