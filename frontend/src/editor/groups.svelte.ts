/** The groups that the overview names: stages by the names of layers, else repeated parts. */
import { api } from '../api'
import type { Edge, Graph, Node } from '../contract'
import { type Fold, foldedNodes, foldsOf } from '../document/folding'
import { regionOf, type Stage, stagesOf } from '../document/stages'
import type { Session } from '../session'
import { titleOf } from './folding.svelte'

/** What the groups need of the canvas. */
interface Shown {
  readonly session: Pick<Session, 'project'>
  readonly graph: Graph
  readonly folding: { readonly on: boolean }
}

export class Groups {
  #folds = $state.raw<readonly Fold[]>([])
  /** The wires of the graph whose repeated parts were asked for. */
  #asked: readonly Edge[] | null = null

  constructor(readonly canvas: Shown) {}

  /** Return the groups of the nodes of the open graph, or of the cards it is folded to. */
  of(nodes: readonly Node[]): readonly Stage[] {
    const stages = stagesOf({ nodes })
    if (stages.length > 0 || this.canvas.folding.on || this.#folds.length === 0) return stages
    const byId = new Map(nodes.map((node) => [node.id, node]))
    return this.#folds.flatMap((fold) => {
      const members = foldedNodes(fold).flatMap((id) => byId.get(id) ?? [])
      const bounds = regionOf(nodes, members)
      return bounds ? [{ name: titleOf(fold), nodes: members, bounds }] : []
    })
  }

  /** Find the repeated parts of a graph in which no names say stages; once for each state of its wires. */
  async find(): Promise<void> {
    const { graph, session } = this.canvas
    if (this.#asked === graph.edges || stagesOf(graph).length > 0) return
    this.#asked = graph.edges
    try {
      const { repeats } = await api.repeats(session.project)
      this.#folds = foldsOf(graph, repeats).filter(({ inside }) => inside === null)
    } catch {
      // Offline: the overview has no names then, and asks again when it is shown next.
      this.#asked = null
    }
  }
}
