/** What xyflow draws of the open graph: the cards in view and the wires between them. */
import { untrack } from 'svelte'
import type { Position } from '../../contract'
import { foldedNodes } from '../../document/folding'
import { grown } from '../../document/geometry'
import type { Canvas } from '../../editor/canvas.svelte'
import { Admission } from './admission.svelte'
import { Flow, type LayerNode, type Shown, type Wire } from './flow'
import { inView } from './inview'

const MOST_CARDS = 400
/** More cards than this that come or go take longer than a frame: the others follow in the next ones. */
const MOST_CHANGED = 3
/** Text on cards can't be read below this zoom. */
const LEGIBLE = 0.28

const NONE: ReadonlySet<string> = new Set()

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
    return inView(this.canvas.picture, grown({ x, y, width, height }, step))
  })

  /** The cards in view that are drawn so far; a view that jumps brings many new ones. */
  readonly #ready = new Admission(MOST_CHANGED)

  /** The zoom, or that of where the view is moving to: the cards between are not drawn. */
  readonly #zoom = $derived.by(() => this.canvas.ahead.zoom)

  /** Whether the overview shows the open graph, so that no cards are needed; see `far`. */
  painted = $state(false)

  /** Whether cards would be too many or too small: the overview paints them instead. */
  readonly far = $derived.by(
    () => this.#zoom < LEGIBLE || (this.#zoom < 0.5 && this.#inView.size > MOST_CARDS),
  )

  readonly #near: ReadonlySet<string> = $derived.by(() => {
    const { pointed, hovered } = this.canvas
    return new Set([pointed, hovered].filter((id) => id !== null))
  })

  /** The selected cards; a fold is selected as all of its nodes are. */
  readonly #selected: ReadonlySet<string> = $derived.by(() => {
    const { nodes } = this.canvas.session.selection
    const folds = [...this.canvas.folding.closed.values()]
      .filter((fold) => foldedNodes(fold).every((id) => nodes.has(id)))
      .map(({ id }) => id)
    return folds.length > 0 ? new Set([...nodes, ...folds]) : nodes
  })

  readonly #shown: Shown = $derived.by(() => ({
    // From afar, the card under the pointer is drawn, so that it can be moved and wired.
    ids: this.far ? new Set([...this.#near, ...this.#ready.ids]) : this.#ready.ids,
    nodes: this.#selected,
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
    this.#flow.nodes(this.canvas.picture, this.canvas.layers, this.#shown, this.canvas.graph),
  )

  readonly edges: Wire[] = $derived.by(() => {
    // Wires are drawn between nodes that are drawn.
    void this.nodes
    return this.#flow.edges(this.canvas.picture, this.#shown)
  })

  constructor(readonly canvas: Canvas) {
    $effect.pre(() => {
      // From afar, cards are removed once the overview is there and the view has come to rest.
      if (this.far && (!this.painted || this.canvas.goal)) return undefined
      const ids = this.far ? NONE : this.#inView
      const first = this.#selected
      return untrack(() => this.#ready.want(ids, first))
    })
    $effect.pre(() => {
      this.canvas.leaving = this.far && this.#ready.ids.size > 0
    })
  }
}
