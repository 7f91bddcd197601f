/** What a person does to a graph, as operations. */
import type { Edge, Graph, Node, Operation, Position } from '../contract'
import { newId } from './ids'
import { inputsOf, isInput, listInputs } from './inputs'
import { lookup } from './lookup'

/** Return the path of a node, and of what lies in it. */
export function nodePath(graph: string, node: string, ...rest: string[]): string[] {
  return ['graphs', graph, 'nodes', node, ...rest]
}

/** Return a new node, not yet in any graph. */
export function newNode(layer: string, position: Position, more: Partial<Node> = {}): Node {
  const plain = {
    name: '',
    params: {},
    shares: null,
    graph: null,
    frozen: false,
    training: null,
    bypassed: false,
  }
  return { ...plain, ...more, id: newId(), layer, position: rounded(position) }
}

/** Return the operations that add nodes; Inputs among them become the last that the model takes. */
export function addNodes(graph: Graph, nodes: readonly Node[]): Operation[] {
  const added = nodes.filter(isInput)
  const inputs = [...inputsOf(graph), ...added].map(({ id }) => id)
  return [
    ...nodes.map((item): Operation => ({ type: 'add', path: ['graphs', graph.id, 'nodes'], item })),
    ...(added.length > 0 ? [listInputs(graph.id, inputs)] : []),
  ]
}

export function addEdge(graph: string, item: Edge): Operation {
  return { type: 'add', path: ['graphs', graph, 'edges'], item }
}

/** Return the mean of where nodes lie. */
export function middle(nodes: readonly Pick<Node, 'position'>[]): Position {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return rounded({
    x: mean(nodes.map(({ position }) => position.x)),
    y: mean(nodes.map(({ position }) => position.y)),
  })
}

/** Return the operations that move nodes. */
export function moveNodes(graph: string, positions: ReadonlyMap<string, Position>): Operation[] {
  return [...positions].map(([id, position]) => ({
    type: 'set',
    path: nodePath(graph, id, 'position'),
    value: rounded(position),
  }))
}

function rounded({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) }
}

/**
 * Return the operations that remove nodes with their wires, and wires. The graph's inputs and
 * outputs go on naming what is gone, so that undo puts it back where it was.
 */
export function removeAll(
  graph: Graph,
  nodes: ReadonlySet<string>,
  edges: ReadonlySet<string>,
): Operation[] {
  const gone = graph.edges.filter(
    (edge) => edges.has(edge.id) || nodes.has(edge.source) || nodes.has(edge.target),
  )
  const path = (kind: string, id: string) => ['graphs', graph.id, kind, id]
  const there = lookup(graph).nodes
  return [
    ...gone.map((edge): Operation => ({ type: 'remove', path: path('edges', edge.id) })),
    ...[...nodes]
      .filter((id) => there.has(id))
      .map((id): Operation => ({ type: 'remove', path: path('nodes', id) })),
  ]
}

/** Return the operation that gives a parameter a value, or its default for `undefined`. */
export function setParam(graph: string, node: string, name: string, value: unknown): Operation {
  const path = nodePath(graph, node, 'params', name)
  return value === undefined ? { type: 'unset', path } : { type: 'set', path, value }
}
