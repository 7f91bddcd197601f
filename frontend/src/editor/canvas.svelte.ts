/** The state of the canvas: the viewport, what is dragged, what is under the pointer. */
import type { Viewport } from '@xyflow/svelte'
import type { Edge, Graph, Node, NodeVerdict, Person, Position, Problem, Tensor } from '../contract'
import type { Wire } from '../document/connect'
import { boundsOf, grown, HEIGHT, type Rect, rectOf, WIDTH } from '../document/geometry'
import type { Layers } from '../document/layers'
import { graphsOf, lookup } from '../document/lookup'
import { LayerIndex } from '../document/models'
import { MAIN } from '../document/submodels'
import type { Session } from '../session'

export const NEAREST = 2
export const FARTHEST = 0.05
const MARGIN = 40
/** Cards smaller than this are hard to read. */
const LEGIBLE = 0.8
const NOT_DRAGGED: ReadonlyMap<string, Position> = new Map()
const NO_PROBLEMS: readonly Problem[] = []

/** What xyflow can do that state alone can't. */
interface Mover {
  setViewport: (viewport: Viewport, options?: { duration?: number }) => Promise<boolean>
  screenToFlowPosition: (position: Position) => Position
}

export class Canvas {
  viewport = $state.raw<Viewport>({ x: 0, y: 0, zoom: 1 })
  width = $state(0)
  height = $state(0)
  /** The positions of the nodes that this person is dragging. */
  dragged = $state.raw(NOT_DRAGGED)
  hovered = $state<string | null>(null)
  hoveredEdge = $state<string | null>(null)
  /** The wire that a dragged layer would be put into. */
  dropEdge = $state<string | null>(null)
  /** Whether a wire is being drawn: optional ports are shown. */
  connecting = $state(false)
  mover: Mover | null = null
  readonly #index = new LayerIndex()

  readonly graph: Graph = $derived.by(
    () => graphsOf(this.session.document).get(this.session.location.graph) as Graph,
  )

  readonly graphId: string = $derived.by(() => this.graph.id)

  readonly layers: Layers = $derived.by(() =>
    this.#index.of(this.session.catalogue, this.session.document),
  )

  readonly verdicts: Readonly<Record<string, NodeVerdict>> = $derived.by(() => {
    const { nodes, graphs } = this.session.verdict ?? {}
    return (this.graphId === MAIN ? nodes : graphs?.[this.graphId]) ?? {}
  })

  /** The others who have the same graph open. */
  readonly people: readonly Person[] = $derived.by(() =>
    this.session.collaboration.people.filter(({ presence }) => presence.graph === this.graphId),
  )

  /** Who of the others has selected a node; the first of them, when there are several. */
  readonly holders: ReadonlyMap<string, Person> = $derived.by(
    () =>
      new Map(
        this.people
          .toReversed()
          .flatMap((person) =>
            person.presence.selection.map((node): [string, Person] => [node, person]),
          ),
      ),
  )

  readonly #problems = $derived.by(() => {
    const byNode = new Map<string, Problem[]>()
    for (const problem of this.session.verdict?.problems ?? []) {
      const node = problem.node ?? this.#edgeOf(problem)?.target
      if (problem.graph !== this.graphId || !node) continue
      byNode.set(node, [...(byNode.get(node) ?? []), problem])
    }
    return byNode
  })

  constructor(readonly session: Session) {}

  node(id: string): Node | undefined {
    return lookup(this.graph).nodes.get(id)
  }

  problemsOf(node: string): readonly Problem[] {
    return this.#problems.get(node) ?? NO_PROBLEMS
  }

  /** Return the problem of a wire: its own, or that of its target port. */
  problemOf(edge: Edge): Problem | undefined {
    return this.problemsOf(edge.target).find(
      (problem) =>
        problem.severity === 'error' &&
        (problem.edge === edge.id || (!problem.edge && problem.port === edge.target_port)),
    )
  }

  #edgeOf(problem: Problem): Edge | undefined {
    return problem.edge ? lookup(this.graph).edges.get(problem.edge) : undefined
  }

  /** Return the tensor of a wire, if it is known. */
  tensorOf(edge: Pick<Wire, 'source' | 'source_port'>): Tensor | undefined {
    return this.verdicts[edge.source]?.outputs.find(({ port }) => port === edge.source_port)
  }

  /** Return the part of the canvas that is in view. */
  get view(): Rect {
    const { x, y, zoom } = this.viewport
    return { x: -x / zoom, y: -y / zoom, width: this.width / zoom, height: this.height / zoom }
  }

  get center(): Position {
    const { x, y, width, height } = this.view
    return { x: x + width / 2, y: y + height / 2 }
  }

  /** Bring everything, or these nodes, into view. */
  fit(ids?: ReadonlySet<string>): void {
    const nodes = ids ? this.graph.nodes.filter(({ id }) => ids.has(id)) : this.graph.nodes
    const bounds = boundsOf(nodes)
    if (!bounds) {
      this.#look({ x: this.width / 2, y: this.height / 3, zoom: 1 })
      return
    }
    this.#center(bounds, Math.min(Math.max(this.#fitting(bounds), FARTHEST), 1))
  }

  /** Show a newly opened graph: all of it where that is legible, else its beginning. */
  begin(): void {
    this.fit()
    const bounds = boundsOf(this.graph.nodes)
    if (!bounds || this.#fitting(bounds) >= LEGIBLE) return
    const middle = { x: bounds.x + bounds.width / 2, y: bounds.y }
    const [first = middle] = this.graph.nodes
      .map(({ position: { x, y } }) => ({ x: x + WIDTH / 2, y }))
      .sort((a, b) => a.y - b.y || a.x - b.x)
    const x = bounds.width * LEGIBLE > this.width ? first.x : middle.x
    const view = { x: this.width / 2 - x * LEGIBLE, y: MARGIN - bounds.y * LEGIBLE }
    this.#look({ ...view, zoom: LEGIBLE }, 0)
  }

  #fitting(bounds: Rect): number {
    const room = (pixels: number) => Math.max(pixels - 2 * MARGIN, 40)
    return Math.min(room(this.width) / bounds.width, room(this.height) / bounds.height)
  }

  /** Bring a node into view, with the smallest change of zoom. */
  reveal(id: string): void {
    const node = this.node(id)
    if (!node) return
    const rect = rectOf(node.position)
    const zoom = Math.max(this.viewport.zoom, 0.6)
    const { x, y, width, height } = grown(this.view, -16 / this.viewport.zoom)
    const inside =
      rect.x >= x &&
      rect.y >= y &&
      rect.x + WIDTH <= x + width &&
      rect.y + HEIGHT <= y + height &&
      zoom === this.viewport.zoom
    if (!inside) this.#center(rect, zoom)
  }

  /** Zoom by a factor around the middle of the view. */
  zoomBy(factor: number): void {
    this.zoomTo(this.viewport.zoom * factor)
  }

  zoomTo(zoom: number): void {
    this.#center({ ...this.center, width: 0, height: 0 }, zoom)
  }

  /** Move the middle of the view to a place. */
  lookAt({ x, y }: Position): void {
    this.#center({ x, y, width: 0, height: 0 }, this.viewport.zoom, 0)
  }

  #center(rect: Rect, wanted: number, duration?: number): void {
    const zoom = Math.min(Math.max(wanted, FARTHEST), NEAREST)
    const x = this.width / 2 - (rect.x + rect.width / 2) * zoom
    const y = this.height / 2 - (rect.y + rect.height / 2) * zoom
    this.#look({ x, y, zoom }, duration)
  }

  #look(viewport: Viewport, duration = motion()): void {
    if (this.mover) void this.mover.setViewport(viewport, { duration })
    else this.viewport = viewport
  }

  /** Return the node whose card covers a place, the topmost first. */
  nodeAt({ x, y }: Position): Node | undefined {
    return this.graph.nodes.findLast(
      ({ position }) =>
        x >= position.x && x <= position.x + WIDTH && y >= position.y && y <= position.y + HEIGHT,
    )
  }
}

/** The duration of an animation in milliseconds: 0 where people prefer reduced motion. */
export function motion(milliseconds = 140): number {
  const none = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true
  return none ? 0 : milliseconds
}
