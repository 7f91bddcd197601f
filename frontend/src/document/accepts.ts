/** Which layers accept a tensor, by the facts that the catalogue has from Keras. */
import type { Entry, Graph, Node, Tensor } from '../contract'
import { type Layers, portsOf } from './layers'
import { lookup, ownerOf } from './lookup'

/** Return the number of axes of one example. */
export function rankOf({ shape }: Pick<Tensor, 'shape'>): number {
  return shape.length - 1
}

/** Whether a new node of this layer accepts a tensor, as far as that is known. */
export function accepts(
  entry: Pick<Entry, 'inputs' | 'ranks'>,
  tensor: Tensor | undefined,
): boolean {
  if (entry.inputs.length === 0) return false
  return !tensor || entry.ranks.length === 0 || entry.ranks.includes(rankOf(tensor))
}

/** Whether an input of a node accepts a tensor: its layer does, and the tensors beside it fit. */
export function portAccepts(
  graph: Graph,
  layers: Layers,
  node: Node,
  port: string,
  tensor: Tensor | undefined,
  beside: (edge: { source: string; source_port: string }) => Tensor | undefined,
): boolean {
  const entry = layers.get(ownerOf(graph, node)?.layer ?? '')
  const { inputs } = portsOf(graph, node, layers)
  const input = inputs.find(({ name }) => name === port)
  if (!tensor || !entry) return true
  if (input === inputs[0] && !accepts(entry, tensor)) return false
  if (!input?.variadic) return true
  const others = (lookup(graph).into.get(node.id) ?? []).filter((edge) => edge.target_port === port)
  return others.every((edge) => {
    const other = beside(edge)
    return !other || rankOf(other) === rankOf(tensor)
  })
}

/**
 * Return the likeliest layers to follow a tensor: of each category the first that is known to
 * accept it. The catalogue lists what people use most first.
 */
export function likely(
  entries: readonly Entry[],
  tensor: Tensor | undefined,
  most: number,
): Entry[] {
  const byCategory = new Map<string, Entry>()
  for (const entry of entries) {
    if (entry.refused || entry.kind === 'op' || byCategory.has(entry.category)) continue
    const isKnown = !tensor || entry.ranks.length > 0
    if (isKnown && accepts(entry, tensor)) byCategory.set(entry.category, entry)
  }
  return [...byCategory.values()].slice(0, most)
}
