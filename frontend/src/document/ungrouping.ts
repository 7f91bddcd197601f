/** Ungrouping: replacing a call of a sub-model by the nodes inside it, the inverse of grouping. */

import type { Document, Edge, Endpoint, Graph, Node, Operation, Position } from '../contract'
import { t } from '../words/t'
import { MODEL } from './calls'
import { freeName } from './clipboard'
import { addEdge, addNodes, middle, moveNodes, removeAll } from './edits'
import { canFreeze, takesTraining } from './freezing'
import { boundsOf, HEIGHT, meet, rectOf } from './geometry'
import { newId } from './ids'
import { inputsOf, isInput } from './inputs'
import { type Layers, labelOf } from './layers'
import { graphsOf, lookup, reached } from './lookup'
import { callsOf, endpointsOf, MAIN, portsOfModel } from './submodels'

export interface Ungrouped {
  operations: Operation[]
  /** The nodes that replace the call. */
  nodes: string[]
}

/** The source of a tensor; null if nothing feeds it. */
type Resolve = (end: Endpoint) => Endpoint | null

/**
 * Return the operations that replace a call of a sub-model by the nodes inside it, or why that is
 * impossible. A sub-model without other calls is removed, and its nodes keep ids that are free.
 */
export function ungroup(
  document: Document,
  graph: Graph,
  id: string,
  layers: Layers = new Map(),
): Ungrouped | string {
  const call = lookup(graph).nodes.get(id)
  const inner = graphsOf(document).get(call?.graph ?? '')
  const reason = whyNotUngroup(graph, call)
  if (reason || !call || !inner) return reason ?? t('document.missingGraph')

  const alone = callsOf(document, inner.id).length === 1
  const inside = copied(graph, call, inner, alone, layers)
  const ids = new Map(inside.map(([before, node]) => [before.id, node.id]))
  const resolve = resolver(graph, call, inner, ids)
  const nodes = inside.map(([, node]) => node)
  const placed = moved(graph, call, nodes)
  const wires = [
    ...within(graph, inner, ids, resolve, alone),
    ...leaving(graph, call, inner, resolve),
  ]
  return {
    nodes: nodes.map((node) => node.id),
    operations: [
      ...removeAll(graph, new Set([call.id]), new Set()),
      ...addNodes(graph, placed.nodes),
      ...wires.map((edge) => addEdge(graph.id, edge)),
      ...returned(graph, call, inner, resolve),
      ...trained(document, graph, call, inner, resolve),
      ...placed.others,
      ...(alone ? [{ type: 'remove', path: ['graphs', inner.id] } satisfies Operation] : []),
    ],
  }
}

function whyNotUngroup(graph: Graph, call: Node | undefined): string | null {
  if (call?.layer !== MODEL) return t('document.selectModel')
  const other = graph.nodes.find(({ id, shares }) => shares === call.id || id === call.shares)
  return other ? t('document.sharedModel', { name: labelOf(other, {}, graph) }) : null
}

/** Each node inside except the Inputs, with its copy outside. */
function copied(
  graph: Graph,
  call: Node,
  inner: Graph,
  keep: boolean,
  layers: Layers,
): [Node, Node][] {
  const others = graph.nodes.filter(({ id }) => id !== call.id)
  const taken = new Set(others.map(({ id }) => id))
  const names = new Set(others.map(({ name }) => name))
  const nodes = inner.nodes.filter((node) => !isInput(node))
  const ids = new Map(nodes.map(({ id }) => [id, keep && !taken.has(id) ? id : newId()]))
  return nodes.map((node) => {
    const name = node.name && freeName(node.name, names)
    names.add(name)
    const shares = node.shares && (ids.get(node.shares) ?? null)
    const state = stateOf(call, inner, node, layers)
    return [node, { ...node, ...state, id: ids.get(node.id) as string, name, shares }]
  })
}

/** What a frozen call, and one with `training`, mean for a node inside. */
function stateOf(call: Node, inner: Graph, node: Node, layers: Layers) {
  const frozen = node.frozen || (call.frozen && node.shares === null && canFreeze(node))
  const passed = takesTraining(inner, node, layers) ? call.training : null
  return { frozen, training: node.training ?? passed }
}

function resolver(
  graph: Graph,
  call: Node,
  inner: Graph,
  ids: ReadonlyMap<string, string>,
): Resolve {
  const { inputs } = portsOfModel(inner)
  const coming = lookup(graph).into.get(call.id) ?? []
  const feeds = new Map(
    inputsOf(inner).map(({ id }, at) => [
      id,
      coming.find(({ target_port }) => target_port === inputs[at]?.name),
    ]),
  )
  return ({ node, port }) => {
    const id = ids.get(node)
    if (id !== undefined) return { node: id, port }
    const edge = feeds.get(node)
    return edge ? { node: edge.source, port: edge.source_port } : null
  }
}

/** The edges that end inside. */
function within(
  graph: Graph,
  inner: Graph,
  ids: ReadonlyMap<string, string>,
  resolve: Resolve,
  keep: boolean,
): Edge[] {
  const taken = lookup(graph).edges
  return inner.edges.flatMap((edge) => {
    const target = ids.get(edge.target)
    const from = resolve({ node: edge.source, port: edge.source_port })
    if (!target || !from) return []
    const id = keep && !taken.has(edge.id) ? edge.id : newId()
    return [{ ...edge, id, source: from.node, source_port: from.port, target }]
  })
}

/** The edges that the call fed, now fed from inside. */
function leaving(graph: Graph, call: Node, inner: Graph, resolve: Resolve): Edge[] {
  return (lookup(graph).from.get(call.id) ?? []).flatMap((edge) => {
    const from = outOf(inner, edge.source_port, resolve)
    return from ? [{ ...edge, id: newId(), source: from.node, source_port: from.port }] : []
  })
}

function outOf(inner: Graph, port: string, resolve: Resolve): Endpoint | null {
  const at = portsOfModel(inner).outputs.findIndex(({ name }) => name === port)
  const end = endpointsOf(inner)[at]
  return end ? resolve(end) : null
}

function returned(graph: Graph, call: Node, inner: Graph, resolve: Resolve): Operation[] {
  if (!graph.outputs.some(({ node }) => node === call.id)) return []
  const value = graph.outputs.flatMap((end) => {
    const from = end.node === call.id ? outOf(inner, end.port, resolve) : end
    return from ? [from] : []
  })
  return [{ type: 'set', path: ['graphs', graph.id, 'outputs'], value }]
}

/** The training settings of the call move to the node whose output it returned. */
function trained(
  { training }: Document,
  graph: Graph,
  call: Node,
  inner: Graph,
  resolve: Resolve,
): Operation[] {
  if (graph.id !== MAIN) return []
  const [end, ...others] = endpointsOf(inner).map(resolve)
  return (['outputs', 'bindings'] as const).flatMap((name): Operation[] => {
    if (!training[name].some(({ node }) => node === call.id)) return []
    const value = training[name].flatMap((entry) => {
      if (entry.node !== call.id) return [entry]
      return end && others.length === 0 ? [{ ...entry, node: end.node }] : []
    })
    return [{ type: 'set', path: ['training', name], value }]
  })
}

/** Place nodes around the call's position; nodes below move down where there is no room. */
function moved(
  graph: Graph,
  call: Node,
  nodes: readonly Node[],
): { nodes: Node[]; others: Operation[] } {
  const center = nodes.length > 0 ? middle(nodes) : call.position
  const step = { x: call.position.x - center.x, y: call.position.y - center.y }
  const around = shifted(nodes, step)
  const bounds = boundsOf(around)
  const others = graph.nodes.filter(({ id }) => id !== call.id)
  if (!bounds || !others.some(({ position }) => meet(rectOf(position), bounds)))
    return { nodes: around, others: [] }
  const fed = reached(graph, call.id, 'from')
  const below = others.filter(({ id, position }) => position.y > call.position.y && fed.has(id))
  const places = below.map(({ id, position: { x, y } }): [string, Position] => [
    id,
    { x, y: y + bounds.height - HEIGHT },
  ])
  return {
    nodes: shifted(around, { x: 0, y: call.position.y - bounds.y }),
    others: moveNodes(graph.id, new Map(places)),
  }
}

function shifted(nodes: readonly Node[], by: Position): Node[] {
  return nodes.map((node) => ({
    ...node,
    position: { x: node.position.x + by.x, y: node.position.y + by.y },
  }))
}
