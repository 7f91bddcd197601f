/** The catalogue's layers together with the document's sub-models. */
import type { Catalogue, Document } from '../contract'
import { type Layers, layersOf, type Model } from './layers'
import { graphName, MAIN, MODEL, portsOfModel } from './submodels'

/** Keeps one index for as long as no sub-model gets other ports or another name, so that cards stay as they are. */
export class LayerIndex {
  #known: { catalogue: Catalogue; models: string; layers: Layers } | null = null

  of(catalogue: Catalogue, document: Document): Layers {
    if (document.graphs.length === 1) return layersOf(catalogue)
    const models = modelsOf(document)
    const written = JSON.stringify([...models])
    if (this.#known?.catalogue !== catalogue || this.#known.models !== written) {
      const layers = Object.assign(new Map(layersOf(catalogue)), { models })
      this.#known = { catalogue, models: written, layers }
    }
    return this.#known.layers
  }
}

/** The name and ports of each sub-model, by its graph and by each node that others share. */
function modelsOf(document: Document): Map<string, Model> {
  const models = new Map<string, Model>()
  for (const graph of document.graphs)
    if (graph.id !== MAIN)
      models.set(graph.id, { name: graphName(document, graph.id), ...portsOfModel(graph) })
  for (const { nodes } of document.graphs)
    for (const { id, layer, graph } of nodes) {
      const model = layer === MODEL && graph ? models.get(graph) : undefined
      if (model && !models.has(id)) models.set(id, model)
    }
  return models
}
