/** What differs between two documents: layers, parameters, wires and settings. */
import type { Document, Edge, Graph, Node } from '../contract'
import { equal } from './equal'

/** How a node of one document differs in the other. */
export type Mark = 'added' | 'removed' | 'changed'

/** What stands for a mark where colour alone would not do. */
export const SIGNS = { added: '+', removed: '−', changed: '≠' } as const

export type Change =
  | { kind: 'added' | 'removed'; graph: string; node: Node }
  /** `name` is the parameter or property that differs; undefined stands for its default. */
  | { kind: 'changed'; graph: string; node: Node; name: string; from: unknown; to: unknown }
  | { kind: 'wires'; graph: string; added: number; removed: number }
  | { kind: 'setting'; name: string; from: unknown; to: unknown }

const PROPERTIES = ['layer', 'name', 'shares', 'graph', 'frozen', 'bypassed', 'training'] as const

/** Return what `after` changes of `before`, nodes first; their places on the canvas don't count. */
export function difference(before: Document, after: Document): Change[] {
  const graphs = new Set([...before.graphs, ...after.graphs].map(({ id }) => id))
  return [
    ...[...graphs].flatMap((id) => graphChanges(id, graphOf(before, id), graphOf(after, id))),
    ...settings(before, after),
  ]
}

/** Return how each node of a graph differs, by id. */
export function marksOf(changes: readonly Change[], graph: string): Map<string, Mark> {
  const marks = new Map<string, Mark>()
  for (const change of changes)
    if ('node' in change && change.graph === graph) marks.set(change.node.id, change.kind)
  return marks
}

/** Return a graph with the nodes and wires of both. */
export function union(before: Graph | undefined, after: Graph | undefined): Graph {
  const first = after ?? before
  if (!first || !before || !after) return first ?? EMPTY
  return {
    ...after,
    nodes: [...byId([...before.nodes, ...after.nodes]).values()],
    edges: [...byId([...before.edges, ...after.edges]).values()],
  }
}

const EMPTY: Graph = {
  id: 'main',
  name: '',
  nodes: [],
  edges: [],
  inputs: [],
  outputs: [],
  blocks: [],
  frames: [],
  notes: [],
}

function graphOf({ graphs }: Document, id: string): Graph | undefined {
  return graphs.find((graph) => graph.id === id)
}

function byId<Member extends { id: string }>(members: readonly Member[]): Map<string, Member> {
  return new Map(members.map((member) => [member.id, member]))
}

function graphChanges(graph: string, before = EMPTY, after = EMPTY): Change[] {
  return [...nodesOf(graph, before, after), ...wireChanges(graph, before.edges, after.edges)]
}

/** Return what `after` changes of the nodes of a graph. */
export function nodesOf(graph: string, before = EMPTY, after = EMPTY): Change[] {
  const [old, now] = [byId(before.nodes), byId(after.nodes)]
  const added = after.nodes.filter(({ id }) => !old.has(id))
  const removed = before.nodes.filter(({ id }) => !now.has(id))
  return [
    ...added.map((node) => ({ kind: 'added' as const, graph, node })),
    ...removed.map((node) => ({ kind: 'removed' as const, graph, node })),
    ...after.nodes.flatMap((node) => nodeChanges(graph, old.get(node.id), node)),
  ]
}

function nodeChanges(graph: string, before: Node | undefined, node: Node): Change[] {
  if (!before || before === node) return []
  const fields = PROPERTIES.map((name) => [name, before[name], node[name]] as const)
  const params = pairs(before.params, node.params)
  return [...fields, ...params]
    .filter(([, from, to]) => !equal(from, to))
    .map(([name, from, to]) => ({ kind: 'changed', graph, node, name, from, to }))
}

type Values = Readonly<Record<string, unknown>>

function pairs(before: Values, after: Values): [string, unknown, unknown][] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].map((name) => [name, before[name], after[name]])
}

function wireChanges(graph: string, before: readonly Edge[], after: readonly Edge[]): Change[] {
  const [old, now] = [before, after].map((edges) => new Set(edges.map(wireKey)))
  const added = [...(now ?? [])].filter((key) => !old?.has(key)).length
  const removed = [...(old ?? [])].filter((key) => !now?.has(key)).length
  return added + removed > 0 ? [{ kind: 'wires', graph, added, removed }] : []
}

/** What makes a wire the same in two documents, whatever its id. */
export function wireKey({ source, source_port, target, target_port, order }: Edge): string {
  return JSON.stringify([source, source_port, target, target_port, order])
}

/** The name, the settings of training, and the backend; of an object each parameter by itself. */
function settings(before: Document, after: Document): Change[] {
  const fields: [string, unknown, unknown][] = [
    ['name', before.name, after.name],
    ['description', before.description, after.description],
    ...pairs({ ...before.training }, { ...after.training }),
    ...pairs({ ...before.target }, { ...after.target }),
  ]
  return fields
    .flatMap(([name, from, to]) => inner(name, from, to))
    .filter(([, from, to]) => !equal(from, to))
    .map(([name, from, to]) => ({ kind: 'setting', name, from, to }))
}

interface Spec {
  class: string
  params: Values
}

function isSpec(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && 'class' in value && 'params' in value
}

function inner(name: string, from: unknown, to: unknown): [string, unknown, unknown][] {
  if (!isSpec(from) || !isSpec(to) || from.class !== to.class) return [[name, from, to]]
  return pairs(from.params, to.params).map(([param, a, b]) => [`${name}.${param}`, a, b])
}
