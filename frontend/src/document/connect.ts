/** The rules of wiring: what may be joined, to which port, and the operations that do it. */
import type { Edge, Graph, Node, Operation, Port } from '../contract'
import { t } from '../words/t'
import { addEdge, removeAll } from './edits'
import { newId } from './ids'
import { type Layers, labelOf, portsOf } from './layers'
import { lookup, reached } from './lookup'

export interface Wire {
  source: string
  source_port: string
  target: string
  target_port: string
}

/** Return why two ports can't be connected, or null when they can. */
export function whyNot(graph: Graph, wire: Wire, replaced?: string): string | null {
  if (wire.source === wire.target) return t('document.feedsItself')
  if (reaches(graph, wire.target, wire.source, replaced))
    return t('document.cycle', {
      source: nameOf(graph, wire.source),
      target: nameOf(graph, wire.target),
    })
  return null
}

function nameOf(graph: Graph, id: string): string {
  const node = lookup(graph).nodes.get(id)
  return node ? t('common.quoted', { text: labelOf(node, {}, graph) }) : t('common.missingNode')
}

/** Whether a path of edges leads from one node to another. */
function reaches(graph: Graph, from: string, to: string, without?: string): boolean {
  const { from: leaving } = lookup(graph)
  const seen = new Set([from])
  const open = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) return true
    for (const edge of leaving.get(node) ?? []) {
      if (edge.id === without || seen.has(edge.target)) continue
      seen.add(edge.target)
      open.push(edge.target)
    }
  }
  return false
}

/** Return the operations that join two ports; a port for one edge loses its old one. */
export function connect(graph: Graph, layers: Layers, wire: Wire): Operation[] {
  const present = (lookup(graph).into.get(wire.target) ?? []).filter(
    (edge) => edge.target_port === wire.target_port,
  )
  const port = inputPort(graph, layers, wire)
  if (!port?.variadic) {
    if (present.some((edge) => same(edge, wire))) return []
    return [
      ...present.map((edge) => removeEdge(graph, edge.id)),
      addEdge(graph.id, newEdge(wire, 0)),
    ]
  }
  const last = Math.max(-1, ...present.map((edge) => edge.order))
  return [addEdge(graph.id, newEdge(wire, last + 1))]
}

function inputPort(graph: Graph, layers: Layers, wire: Wire): Port | undefined {
  const target = lookup(graph).nodes.get(wire.target)
  return (
    target && portsOf(graph, target, layers).inputs.find(({ name }) => name === wire.target_port)
  )
}

function same(edge: Edge, wire: Wire): boolean {
  return edge.source === wire.source && edge.source_port === wire.source_port
}

/** Return the operations that give a wire other ends. */
export function rewire(graph: Graph, layers: Layers, edge: Edge, wire: Wire): Operation[] {
  const rest = { ...graph, edges: graph.edges.filter((other) => other.id !== edge.id) }
  const isSame = same(edge, wire) && edge.target === wire.target
  if (isSame && edge.target_port === wire.target_port) return []
  return [removeEdge(graph, edge.id), ...connect(rest, layers, wire)]
}

/** Return the input port that a wire dropped on a node most likely means. */
export function likelyPort(graph: Graph, layers: Layers, node: Node): Port | undefined {
  const { inputs } = portsOf(graph, node, layers)
  const taken = new Set((lookup(graph).into.get(node.id) ?? []).map((edge) => edge.target_port))
  const free = (port: Port) => port.variadic || !taken.has(port.name)
  return (
    inputs.find((port) => !port.optional && free(port)) ??
    inputs.find((port) => !port.optional) ??
    inputs.find(free) ??
    inputs[0]
  )
}

/** Return what a wire from `source` can be joined to: every free input that makes no cycle. */
export function targetsFor(
  graph: Graph,
  layers: Layers,
  source: string,
): { node: Node; port: Port }[] {
  const above = reached(graph, source, 'into')
  return graph.nodes.flatMap((node) => {
    if (above.has(node.id)) return []
    return portsOf(graph, node, layers).inputs.map((port) => ({ node, port }))
  })
}

/** Return what can feed an input of `target`: every output that makes no cycle. */
export function sourcesFor(
  graph: Graph,
  layers: Layers,
  target: string,
): { node: Node; port: Port }[] {
  const below = reached(graph, target, 'from')
  return graph.nodes.flatMap((node) => {
    if (below.has(node.id)) return []
    return portsOf(graph, node, layers).outputs.map((port) => ({ node, port }))
  })
}

/**
 * Return the operations that remove nodes and let what fed the first input of each feed what the
 * node fed.
 */
export function heal(graph: Graph, layers: Layers, nodes: ReadonlySet<string>): Operation[] {
  const { into, nodes: known } = lookup(graph)
  const main = (id: string): Edge | undefined => {
    const node = known.get(id)
    const first = node && portsOf(graph, node, layers).inputs[0]?.name
    const edges = into.get(id) ?? []
    return edges.find((edge) => edge.target_port === first) ?? edges[0]
  }
  const source = (edge: Edge): Edge | undefined => {
    let before: Edge | undefined = edge
    const seen = new Set<string>()
    while (before && nodes.has(before.source) && !seen.has(before.source)) {
      seen.add(before.source)
      before = main(before.source)
    }
    return before && !nodes.has(before.source) ? before : undefined
  }
  const healed = graph.edges.flatMap((edge) => {
    if (!nodes.has(edge.source) || nodes.has(edge.target)) return []
    const from = source(edge)
    if (!from) return []
    const wire = { ...edge, source: from.source, source_port: from.source_port }
    return [addEdge(graph.id, newEdge(wire, edge.order))]
  })
  return [...removeAll(graph, nodes, new Set()), ...healed]
}

/** Whether an earlier wire carries the same tensor to the same card. */
export function isTold(graph: Graph, edge: Edge): boolean {
  const wires = lookup(graph).into.get(edge.target) ?? []
  return wires.find((other) => same(other, edge)) !== edge
}

/** Return the wires that a new wire would replace: an input that takes one wire loses its own. */
export function replacedBy(graph: Graph, layers: Layers, wire: Wire): Edge[] {
  if (inputPort(graph, layers, wire)?.variadic) return []
  return (lookup(graph).into.get(wire.target) ?? []).filter(
    (edge) => edge.target_port === wire.target_port && !same(edge, wire),
  )
}

/** Return the operations that put a node into a wire, between what it joins. */
export function insertInto(graph: Graph, layers: Layers, edge: Edge, node: Node): Operation[] {
  const { inputs, outputs } = portsOf(graph, node, layers)
  const [input] = inputs
  const [output] = outputs
  if (!input || !output) return []
  const first = { ...edge, target: node.id, target_port: input.name }
  const second = { ...edge, source: node.id, source_port: output.name }
  const present = (lookup(graph).into.get(node.id) ?? []).map(({ order }) => order)
  return [
    removeEdge(graph, edge.id),
    addEdge(graph.id, newEdge(first, Math.max(-1, ...present) + 1)),
    addEdge(graph.id, newEdge(second, edge.order)),
  ]
}

/** Whether both ends of a node are free for a wire: its first input takes one, its output feeds none. */
export function hasFreeEnds(graph: Graph, layers: Layers, node: Node): boolean {
  const { into, from } = lookup(graph)
  const { inputs, outputs } = portsOf(graph, node, layers)
  const [input] = inputs
  if (!input || outputs.length === 0 || (from.get(node.id) ?? []).length > 0) return false
  const isTaken = (into.get(node.id) ?? []).some((edge) => edge.target_port === input.name)
  return input.variadic || !isTaken
}

/** Whether a node of the graph can be put into a wire: its ends are free, and no cycle arises. */
export function canInsert(graph: Graph, layers: Layers, edge: Edge, node: Node): boolean {
  if (edge.source === node.id || edge.target === node.id) return false
  return hasFreeEnds(graph, layers, node) && !reached(graph, edge.target, 'from').has(node.id)
}

function newEdge({ source, source_port, target, target_port }: Wire, order: number): Edge {
  return { id: newId(), source, source_port, target, target_port, order, via: [] }
}

function removeEdge(graph: Graph, id: string): Operation {
  return { type: 'remove', path: ['graphs', graph.id, 'edges', id] }
}
