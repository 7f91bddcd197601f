/** The order in which people read a graph: along the wires, and from top to bottom. */
import type { Graph, Node } from '../contract'
import { lookup } from './lookup'

interface Order {
  nodes: Node[]
  /** How many of them are neither on nor downstream of a cycle. */
  computable: number
}

const orders = new WeakMap<Graph, Order>()

/** Return the nodes in topological order; those on or downstream of a cycle come last. */
export function inOrder(graph: Graph): Node[] {
  return orderOf(graph).nodes
}

/** Return the nodes that are neither on nor downstream of a cycle, in order. */
export function computable(graph: Graph): Node[] {
  const order = orderOf(graph)
  return order.nodes.slice(0, order.computable)
}

function orderOf(graph: Graph): Order {
  let order = orders.get(graph)
  if (!order) {
    order = sorted(graph)
    orders.set(graph, order)
  }
  return order
}

function sorted(graph: Graph): Order {
  const { into, from, nodes } = lookup(graph)
  const waiting = new Map<string, number>()
  for (const node of graph.nodes) {
    const sources = (into.get(node.id) ?? []).filter(({ source }) => nodes.has(source))
    waiting.set(node.id, sources.length)
  }
  const result: Node[] = []
  const placed = new Set<string>()
  // Depth first: the node that became free last comes next, so that a branch is read to its end.
  const free = graph.nodes.filter(({ id }) => waiting.get(id) === 0).sort(below)
  const rest = graph.nodes.toSorted(above)
  let computable = -1
  for (;;) {
    let node = free.pop()
    if (!node) {
      if (computable < 0) computable = result.length
      node = rest.find(({ id }) => !placed.has(id))
    }
    if (!node) return { nodes: result, computable }
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
