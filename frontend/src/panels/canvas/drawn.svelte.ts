/** What xyflow draws of the open graph: the cards in view and the wires between them. */
import type { Position } from '../../contract'
import { grown } from '../../document/geometry'
import type { Canvas } from '../../editor/canvas.svelte'
import { Flow, type LayerNode, type Shown, type Wire } from './flow'
import { inView } from './inview'

const MOST_CARDS = 400

export class Drawn {
  readonly #flow = new Flow()

  /** The part of the canvas whose nodes xyflow is given, in steps so that panning stays cheap. */
  readonly #window = $derived.by(() => {
    const { x, y, zoom } = this.canvas.viewport
    const step = 2 ** Math.ceil(Math.log2(240 / zoom))
    const left = Math.floor(-x / zoom / step) * step
    const top = Math.floor(-y / zoom / step) * step
    const cells = (pixels: number) => (Math.ceil(pixels / zoom / step) + 1) * step
    return `${left} ${top} ${cells(this.canvas.width)} ${cells(this.canvas.height)} ${step}`
  })

  readonly #inView = $derived.by(() => {
    const [x = 0, y = 0, width = 0, height = 0, step = 0] = this.#window.split(' ').map(Number)
    return inView(this.canvas.graph, grown({ x, y, width, height }, step))
  })

  /** Whether there are too many nodes to draw as cards: the overview paints them instead. */
  readonly far = $derived.by(
    () => this.#inView.size > MOST_CARDS && this.canvas.viewport.zoom < 0.5,
  )

  readonly #shown: Shown = $derived.by(() => ({
    ids: this.far ? new Set<string>() : this.#inView,
    nodes: this.canvas.session.selection.nodes,
    edges: this.canvas.session.selection.edges,
    dragged: this.#positions,
  }))

  /** The positions of nodes that anybody is dragging. */
  readonly #positions: ReadonlyMap<string, Position> = $derived.by(() => {
    const others = this.canvas.people.flatMap(({ presence }) => Object.entries(presence.dragging))
    if (others.length === 0) return this.canvas.dragged
    return new Map([...others, ...this.canvas.dragged])
  })

  readonly nodes: LayerNode[] = $derived.by(() =>
    this.#flow.nodes(this.canvas.graph, this.canvas.layers, this.#shown),
  )

  readonly edges: Wire[] = $derived.by(() => {
    // Wires are drawn between nodes that are drawn.
    void this.nodes
    return this.#flow.edges(this.canvas.graph, this.#shown)
  })

  constructor(readonly canvas: Canvas) {}
}
