/** The Inputs of a graph, in the order in which its model takes them. */
import type { Graph, Node, Operation } from '../contract'
import { lookup } from './lookup'

/**
 * Return the Input nodes in the order in which the model takes them, as the engine has it
 * (engine.graph.index.inputs): those that the graph lists, then the others by id.
 */
export function inputsOf(graph: Graph): Node[] {
  const { nodes } = lookup(graph)
  const listed = new Set(graph.inputs)
  const first = [...listed].flatMap((id) => nodes.get(id) ?? [])
  const others = graph.nodes.filter((node) => isInput(node) && !listed.has(node.id))
  return [...first.filter(isInput), ...others.toSorted(byId)]
}

/** Whether a node is an input of its model. */
export function isInput({ layer }: Pick<Node, 'layer'>): boolean {
  return layer === 'Input'
}

/** Return the operation that lists a graph's inputs. */
export function listInputs(graph: string, value: readonly string[]): Operation {
  return { type: 'set', path: ['graphs', graph, 'inputs'], value: [...value] }
}

/** Return the operations that move an input some places on; none where it can't move so far. */
export function moveInput(graph: Graph, id: string, by: number): Operation[] {
  const ids = inputsOf(graph).map((node) => node.id)
  const [from, to] = [ids.indexOf(id), ids.indexOf(id) + by]
  if (from < 0 || to < 0 || to >= ids.length) return []
  ids.splice(to, 0, ...ids.splice(from, 1))
  return [listInputs(graph.id, ids)]
}

function byId(a: Node, b: Node): number {
  return a.id < b.id ? -1 : 1
}
