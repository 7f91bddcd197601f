/** The names of nodes that the inside view speaks of, also inside sub-models. */
import type { Document } from '../../../contract'
import { labelOf } from '../../../document/layers'
import { graphsOf } from '../../../document/lookup'
import { calledBy, MAIN } from '../../../document/submodels'

type Layers = Parameters<typeof labelOf>[1]

/** Return the labels of the nodes on a path, the outer ones first. */
export function pathLabel(document: Document, layers: Layers, path: readonly string[]): string {
  const graphs = graphsOf(document)
  let graph = graphs.get(MAIN)
  const labels = path.map((id) => {
    const node = graph?.nodes.find((each) => each.id === id)
    const label = node && graph ? labelOf(node, layers, graph) : id
    const called = graph && node && calledBy(graph, node)
    graph = called ? graphs.get(called) : undefined
    return label
  })
  return labels.join(' › ')
}
