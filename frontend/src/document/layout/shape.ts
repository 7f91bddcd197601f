/** The structure of a graph that layout needs: what feeds what, in topological order, by number. */

import { minimize } from './simplex'

/** The part of a graph that layout needs; it is sent to a worker. */
export interface Sketch {
  nodes: readonly { id: string; position: { x: number; y: number }; layer?: string }[]
  edges: readonly { source: string; target: string; target_port?: string }[]
  /** Width by height of the room; a graph that is much longer is wrapped into columns. */
  aspect?: number
  /** What is no higher than this needs no columns, and a U stays a U whatever its height. */
  height?: number
  /** From left to right instead of from top to bottom. */
  sideways?: boolean
}

export interface Shape {
  count: number
  /** Neighbours, each once, in the order of the edges; edges that close a cycle are left out. */
  above: readonly number[][]
  below: readonly number[][]
  /** Topological. */
  order: readonly number[]
  /** Rows, from 0 at the top. */
  ranks: readonly number[]
}

/** Return the structure of a sketch. */
export function shapeOf({ nodes, edges }: Sketch): Shape {
  const number = new Map(nodes.map(({ id }, at) => [id, at]))
  const targets: Set<number>[] = nodes.map(() => new Set())
  for (const { source, target } of edges) {
    const [from, to] = [number.get(source), number.get(target)]
    if (from !== undefined && to !== undefined && from !== to) targets[from]?.add(to)
  }
  const below = withoutCycles(targets)
  const above: number[][] = nodes.map(() => [])
  below.forEach((some, from) => {
    for (const to of some) above[to]?.push(from)
  })
  const order = sorted(above, below)
  return { count: nodes.length, above, below, order, ranks: ranksOf(below) }
}

/** Leave out the edges that lead back to a node on the path that depth-first search is on. */
function withoutCycles(targets: readonly Set<number>[]): number[][] {
  const below: number[][] = targets.map(() => [])
  const state = new Uint8Array(targets.length)
  for (let root = 0; root < targets.length; root += 1) {
    if (state[root]) continue
    const path = [{ node: root, rest: [...(targets[root] as Set<number>)] }]
    state[root] = 1
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.shift()
      if (next === undefined) {
        state[top.node] = 2
        path.pop()
        continue
      }
      if (state[next] === 1) continue
      below[top.node]?.push(next)
      if (state[next] === 2) continue
      state[next] = 1
      path.push({ node: next, rest: [...(targets[next] as Set<number>)] })
    }
  }
  return below
}

function sorted(above: readonly number[][], below: readonly number[][]): number[] {
  const waiting = above.map(({ length }) => length)
  const order = [...waiting.keys()].filter((node) => waiting[node] === 0)
  for (const node of order) {
    for (const next of below[node] as number[]) {
      waiting[next] = (waiting[next] as number) - 1
      if (waiting[next] === 0) order.push(next)
    }
  }
  return order
}

/** The rows that make edges short: each edge leads down by at least one. */
function ranksOf(below: readonly number[][]): number[] {
  const edges = below.flatMap((targets, from) =>
    targets.map((to) => ({ from, to, least: 1, weight: 1 })),
  )
  const ranks = minimize(below.length, edges)
  const least = ranks.reduce((low, rank) => Math.min(low, rank), Infinity)
  return ranks.map((rank) => rank - least)
}
