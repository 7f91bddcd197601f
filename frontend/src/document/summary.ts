/** The layers of a graph as a table, as Keras's `summary()` lists them. */
import type { Graph, Node, NodeVerdict } from '../contract'
import { kindOf, type Layers, labelOf } from './layers'
import { lookup } from './lookup'
import { inOrder } from './order'

export interface LayerRow {
  id: string
  name: string
  type: string
  /** The shapes of its outputs; null while they are unknown. */
  shapes: readonly (readonly (number | null)[])[] | null
  dtype: string
  trainable: number
  nonTrainable: number
  /** Bytes of the weights, and of the activations of one batch; null for unknown. */
  weightBytes: number
  activationBytes: number | null
  multiplyAdds: number | null
}

type Verdicts = Readonly<Record<string, NodeVerdict>>

/** Return a row for each node, in the order in which people read the graph. */
export function rowsOf(graph: Graph, layers: Layers, verdicts: Verdicts): LayerRow[] {
  return inOrder(graph).map((node) => rowOf(graph, node, layers, verdicts[node.id]))
}

function rowOf(
  graph: Graph,
  node: Node,
  layers: Layers,
  verdict: NodeVerdict | undefined,
): LayerRow {
  return {
    id: node.id,
    name: labelOf(node, layers, graph),
    type: kindOf(node),
    shapes: verdict ? verdict.outputs.map(({ shape }) => shape) : null,
    dtype: verdict?.outputs[0]?.dtype ?? '',
    trainable: verdict?.trainable ?? 0,
    nonTrainable: verdict?.non_trainable ?? 0,
    weightBytes: verdict?.weight_bytes ?? 0,
    activationBytes: verdict?.activation_bytes ?? null,
    multiplyAdds: verdict?.multiply_adds ?? null,
  }
}

/** Return the names of the layers that feed a layer. */
export function sourcesOf(graph: Graph, id: string, layers: Layers): string[] {
  const { into, nodes } = lookup(graph)
  return (into.get(id) ?? []).flatMap(({ source }) => {
    const node = nodes.get(source)
    return node ? [labelOf(node, layers, graph)] : []
  })
}
