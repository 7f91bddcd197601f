/** The catalogue's layers together with the document's sub-models. */
import type { Catalogue, Document } from '../contract'
import { type Layers, layersOf, type Model } from './layers'
import { graphName, MAIN, portsOfModel } from './submodels'

/** Keeps an index until the ports or the name of a sub-model change, so that cards are not redrawn. */
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

/** The name and ports of each sub-model, by its graph. */
function modelsOf(document: Document): Map<string, Model> {
  const graphs = document.graphs.filter(({ id }) => id !== MAIN)
  return new Map(
    graphs.map((graph) => [
      graph.id,
      { name: graphName(document, graph.id), ...portsOfModel(graph) },
    ]),
  )
}
