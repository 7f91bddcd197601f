/** What this person has selected, and which graph they have open. */
import type { Document, Graph, Presence } from '../contract'
import { graphsOf, lookup } from '../document/lookup'
import { MAIN, pathTo } from '../document/submodels'

/** At most this many selected nodes are sent to the others. */
const MOST_TOLD = 2_000

type Tell = (presence: Partial<Presence>) => void

export class Selection {
  nodes = $state.raw<ReadonlySet<string>>(new Set())
  edges = $state.raw<ReadonlySet<string>>(new Set())

  constructor(readonly tell: Tell) {}

  /** Select exactly these nodes and edges. */
  set(nodes: Iterable<string> = [], edges: Iterable<string> = []): void {
    this.nodes = new Set(nodes)
    this.edges = new Set(edges)
    this.tell({ selection: [...this.nodes].slice(0, MOST_TOLD) })
  }

  /** Keep of the selection what is still in the graph. */
  prune(graph: Graph | undefined): void {
    const { nodes, edges } = this
    if (nodes.size + edges.size === 0) return
    const members = graph && lookup(graph)
    const keptNodes = [...nodes].filter((id) => members?.nodes.has(id))
    const keptEdges = [...edges].filter((id) => members?.edges.has(id))
    if (keptNodes.length + keptEdges.length < nodes.size + edges.size)
      this.set(keptNodes, keptEdges)
  }
}

export class Location {
  /** The graphs that were opened one inside the other, from the model on. */
  #opened = $state.raw<readonly string[]>([MAIN])
  /** The node, frame or note to bring into view; a new object each time. */
  revealed = $state.raw<{ id: string } | null>(null)

  constructor(
    readonly document: () => Document,
    readonly selection: Selection,
    readonly tell: Tell,
  ) {}

  /** The graphs from the model to the one that is open, as far as they are still there. */
  readonly graphs: readonly string[] = $derived.by(() => {
    const there = graphsOf(this.document())
    const gone = this.#opened.findIndex((id) => !there.has(id))
    return gone < 0 ? this.#opened : this.#opened.slice(0, gone)
  })

  /** The graph that is open on the canvas. */
  get graph(): string {
    return this.graphs.at(-1) ?? MAIN
  }

  /** Open a graph: one of those around, one that is called here, or any other. */
  enter(graph: string): void {
    if (graph === this.graph) return
    this.#opened = this.#pathTo(graph)
    this.selection.set()
    this.tell({ graph, cursor: null, dragging: {} })
  }

  #pathTo(graph: string): readonly string[] {
    const at = this.graphs.indexOf(graph)
    if (at >= 0) return this.graphs.slice(0, at + 1)
    const open = graphsOf(this.document()).get(this.graph)
    const called = open?.nodes.some((node) => node.graph === graph)
    return called ? [...this.graphs, graph] : pathTo(this.document(), graph)
  }

  /** Select a node and bring it into view, in the graph that is open or in another. */
  reveal(node: string, graph = this.graph): void {
    this.enter(graph)
    this.selection.set([node])
    this.revealed = { id: node }
  }

  /** Bring a frame or a note into view, in the graph that is open or in another. */
  revealAnnotation(id: string, graph = this.graph): void {
    this.enter(graph)
    this.selection.set()
    this.revealed = { id }
  }
}
