/** The catalogue's layers together with the document's sub-models. */
import type { Catalogue, Document } from '../contract'
import { type Layers, layersOf, type Ports } from './layers'
import { MAIN, MODEL, portsOfModel } from './submodels'

/** Keeps one index for as long as no sub-model gets other ports, so that cards stay as they are. */
export class LayerIndex {
  #known: { catalogue: Catalogue; ports: string; layers: Layers } | null = null

  of(catalogue: Catalogue, document: Document): Layers {
    if (document.graphs.length === 1) return layersOf(catalogue)
    const models = modelsOf(document)
    const ports = JSON.stringify([...models])
    if (this.#known?.catalogue !== catalogue || this.#known.ports !== ports) {
      const layers = Object.assign(new Map(layersOf(catalogue)), { models })
      this.#known = { catalogue, ports, layers }
    }
    return this.#known.layers
  }
}

/** The ports of each sub-model, by its graph and by each node that others share. */
function modelsOf(document: Document): Map<string, Ports> {
  const models = new Map<string, Ports>()
  for (const graph of document.graphs)
    if (graph.id !== MAIN) models.set(graph.id, portsOfModel(graph))
  for (const { nodes } of document.graphs)
    for (const { id, layer, graph } of nodes) {
      const ports = layer === MODEL && graph ? models.get(graph) : undefined
      if (ports && !models.has(id)) models.set(id, ports)
    }
  return models
}
