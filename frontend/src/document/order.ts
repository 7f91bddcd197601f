/** The order in which people read a graph: along the wires, and from top to bottom. */
import type { Graph, Node } from '../contract'
import { lookup } from './lookup'

const orders = new WeakMap<Graph, Node[]>()

/** Return the nodes so that each comes after what feeds it; circles end where they are. */
export function inOrder(graph: Graph): Node[] {
  let order = orders.get(graph)
  if (!order) {
    order = sorted(graph)
    orders.set(graph, order)
  }
  return order
}

function sorted(graph: Graph): Node[] {
  const { into, from, nodes } = lookup(graph)
  const waiting = new Map<string, number>()
  for (const node of graph.nodes) {
    const sources = (into.get(node.id) ?? []).filter(({ source }) => nodes.has(source))
    waiting.set(node.id, sources.length)
  }
  const result: Node[] = []
  const placed = new Set<string>()
  // The last one that became free is read next, so that a branch is read to its end.
  const free = graph.nodes.filter(({ id }) => waiting.get(id) === 0).sort(below)
  const rest = graph.nodes.toSorted(above)
  for (;;) {
    const node = free.pop() ?? rest.find(({ id }) => !placed.has(id))
    if (!node) return result
    if (placed.has(node.id)) continue
    placed.add(node.id)
    result.push(node)
    const freed: Node[] = []
    for (const { target } of from.get(node.id) ?? []) {
      const left = (waiting.get(target) ?? 0) - 1
      waiting.set(target, left)
      const next = nodes.get(target)
      if (left === 0 && next && !placed.has(target)) freed.push(next)
    }
    free.push(...freed.sort(below))
  }
}

function above(a: Node, b: Node): number {
  return a.position.y - b.position.y || a.position.x - b.position.x || (a.id < b.id ? -1 : 1)
}

function below(a: Node, b: Node): number {
  return above(b, a)
}
