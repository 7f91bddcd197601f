/** Grouping: moving a part of a graph into a sub-model that is called in its place. */
import type { Document, Edge, Endpoint, Graph, Node, Operation, Tensor } from '../contract'
import { t } from '../words/t'
import { MODEL } from './calls'
import { cut } from './clipboard'
import { runsRight } from './direction'
import { addEdge, addNodes, middle, newNode, removeAll } from './edits'
import { newId } from './ids'
import { isInput } from './inputs'
import { DOWN, RIGHT } from './layout/frame'
import { lookup, reached } from './lookup'
import { EDGE, fill, GRAPH } from './model'
import { freeGraphName, MAIN, portsOfModel } from './submodels'

/** The distance from one new Input to the next. */
const BESIDE = 240

type End = Pick<Edge, 'source' | 'source_port'>

export interface Grouped {
  operations: Operation[]
  /** The node that calls the new model. */
  node: string
}

/**
 * Return the operations that move nodes into a sub-model, or why that is impossible.
 *
 * Edges that enter become Inputs of known shape; tensors that leave, or feed nothing, become outputs.
 */
export function group(
  document: Document,
  graph: Graph,
  ids: ReadonlySet<string>,
  tensorOf: (end: End) => Tensor | undefined,
): Grouped | string {
  const part = cut(graph, ids)
  const coming = graph.edges.filter((edge) => ids.has(edge.target) && !ids.has(edge.source))
  const leaving = graph.edges.filter((edge) => ids.has(edge.source) && !ids.has(edge.target))
  const sources = distinct(coming)
  const reason =
    whyNotGroup(graph, part.nodes, ids, leaving, coming) ??
    (sources.every((end) => tensorOf(end)) ? null : t('document.shapesUnknown'))
  if (reason) return reason

  const right = runsRight(graph)
  const starts = sources.map((end, at) => inputFor(tensorOf(end) as Tensor, part.nodes, at, right))
  const inner = fill(GRAPH, {
    id: newId(),
    name: freeGraphName(document),
    nodes: [...starts, ...part.nodes],
    edges: [...part.edges, ...coming.map((edge) => fed(edge, starts[sourceOf(sources, edge)]))],
    inputs: starts.map(({ id }) => id),
    outputs: endsOf(graph, part.nodes, leaving),
  }) as unknown as Graph
  const ports = portsOfModel(inner)
  const call = newNode(MODEL, middle(part.nodes), { graph: inner.id })
  const portOf = (end: Endpoint) =>
    ports.outputs[inner.outputs.findIndex((other) => same(other, end))]?.name ?? 'output'
  const wires = [
    ...sources.map((end, at) =>
      wire({ ...end, target: call.id, target_port: ports.inputs[at]?.name ?? 'inputs' }),
    ),
    ...leaving.map(({ source, source_port, target, target_port, order }) => {
      const port = portOf({ node: source, port: source_port })
      return wire({ source: call.id, source_port: port, target, target_port, order })
    }),
  ]
  return {
    node: call.id,
    operations: [
      { type: 'add', path: ['graphs'], item: inner as unknown as Record<string, unknown> },
      ...removeAll(graph, ids, new Set()),
      ...addNodes(graph, [call]),
      ...wires.map((item) => addEdge(graph.id, item)),
      ...returned(graph, ids, call.id, portOf),
      ...trained(document, graph, ids, call.id, inner.outputs.length === 1),
    ],
  }
}

function whyNotGroup(
  graph: Graph,
  nodes: readonly Node[],
  ids: ReadonlySet<string>,
  leaving: readonly Edge[],
  coming: readonly Edge[],
): string | null {
  if (nodes.length === 0) return t('document.selectLayers')
  if (nodes.some(isInput)) return t('document.inputsStay')
  const shared = graph.nodes.some(
    ({ id, shares }) => shares !== null && ids.has(id) !== ids.has(shares),
  )
  if (shared) return t('document.sharedOutside')
  const cycle = leaving.some(({ target }) => {
    const below = reached(graph, target, 'from')
    return coming.some(({ source }) => below.has(source))
  })
  return cycle ? t('document.pathOutside') : null
}

function distinct(edges: readonly Edge[]): End[] {
  const ends = new Map(edges.map((edge) => [`${edge.source} ${edge.source_port}`, edge]))
  return [...ends.values()].map(({ source, source_port }) => ({ source, source_port }))
}

function sourceOf(sources: readonly End[], edge: Edge): number {
  return sources.findIndex(
    ({ source, source_port }) => source === edge.source && source_port === edge.source_port,
  )
}

/** An Input before the part that it feeds: above it, or at its left in a drawing to the right. */
function inputFor(
  { shape, dtype }: Tensor,
  part: readonly Node[],
  at: number,
  right: boolean,
): Node {
  const left = Math.min(...part.map(({ position }) => position.x))
  const top = Math.min(...part.map(({ position }) => position.y))
  const params = { shape: shape.slice(1), ...(dtype === 'float32' ? {} : { dtype }) }
  const place = right
    ? { x: left - RIGHT.step, y: top + at * RIGHT.distances.cards }
    : { x: left + at * BESIDE, y: top - DOWN.step }
  return newNode('Input', place, { params })
}

function fed(edge: Edge, start: Node | undefined): Edge {
  return { ...edge, id: newId(), source: start?.id ?? '', source_port: 'output' }
}

function wire(words: Partial<Edge>): Edge {
  return fill(EDGE, { id: newId(), ...words }) as unknown as Edge
}

/** The ends of edges that leave the part, its outputs of the graph, and ends that feed nothing. */
function endsOf(graph: Graph, nodes: readonly Node[], leaving: readonly Edge[]): Endpoint[] {
  const { from } = lookup(graph)
  const ids = new Set(nodes.map(({ id }) => id))
  const ends = [
    ...leaving.map(({ source, source_port }) => ({ node: source, port: source_port })),
    ...graph.outputs.filter(({ node }) => ids.has(node)),
    ...nodes
      .filter(({ id }) => !from.get(id)?.length)
      .map(({ id }) => ({ node: id, port: 'output' })),
  ]
  return ends.filter((end, at) => ends.findIndex((other) => same(other, end)) === at)
}

function same(end: Endpoint, other: Endpoint): boolean {
  return end.node === other.node && end.port === other.port
}

/** The graph's outputs, with those that are now inside replaced by outputs of the call. */
function returned(
  graph: Graph,
  ids: ReadonlySet<string>,
  call: string,
  portOf: (end: Endpoint) => string,
): Operation[] {
  if (!graph.outputs.some(({ node }) => ids.has(node))) return []
  const value = graph.outputs.map((end) =>
    ids.has(end.node) ? { node: call, port: portOf(end) } : end,
  )
  return [{ type: 'set', path: ['graphs', graph.id, 'outputs'], value }]
}

/** The training settings of an output that is now inside move to the call. */
function trained(
  { training }: Document,
  graph: Graph,
  ids: ReadonlySet<string>,
  call: string,
  single: boolean,
): Operation[] {
  if (graph.id !== MAIN || !single) return []
  return (['outputs', 'bindings'] as const).flatMap((name): Operation[] => {
    if (!training[name].some(({ node }) => ids.has(node))) return []
    const value = training[name].map((entry) =>
      ids.has(entry.node) ? { ...entry, node: call } : entry,
    )
    return [{ type: 'set', path: ['training', name], value }]
  })
}
