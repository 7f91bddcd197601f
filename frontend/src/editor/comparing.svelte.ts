/** Comparing the open graph with an earlier revision, on the canvas: view state. */
import type { Document, Graph } from '../contract'
import { type Comparison, compare } from '../document/comparison'

/** An earlier state of the document. */
export interface Earlier {
  revision: number
  document: Document
}

export class Comparing {
  earlier = $state.raw<Earlier | null>(null)

  /** The open graph as it was. */
  readonly graph: Graph | undefined = $derived.by(() =>
    this.earlier?.document.graphs.find(({ id }) => id === this.canvas.graph.id),
  )

  readonly comparison: Comparison | null = $derived.by(() =>
    this.earlier ? compare(this.graph, this.canvas.graph) : null,
  )

  constructor(readonly canvas: { readonly graph: Graph }) {}

  stop(): void {
    this.earlier = null
  }
}
