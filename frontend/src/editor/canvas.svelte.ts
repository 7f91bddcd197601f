/** The state of the canvas: the viewport, what is dragged, what is under the pointer. */
import type { Viewport } from '@xyflow/svelte'
import type { Edge, Graph, Node, NodeVerdict, Person, Position, Problem, Tensor } from '../contract'
import { isAlong, placePorts } from '../document/cardports'
import type { Wire } from '../document/connect'
import { runsRight } from '../document/direction'
import { boundsOf, grown, HEIGHT, type Rect, rectOf, united, WIDTH } from '../document/geometry'
import { type Layers, portsOf } from '../document/layers'
import { type Routes, routesOf } from '../document/layout/routes'
import type { Route } from '../document/layout/wires'
import { graphsOf, lookup } from '../document/lookup'
import { LayerIndex } from '../document/models'
import { placesOf } from '../document/places'
import { spansOf } from '../document/spans'
import { MAIN } from '../document/submodels'
import { titlesOf } from '../document/titles'
import type { Session } from '../session'
import { Comparing } from './comparing.svelte'
import { Folding } from './folding.svelte'
import { InsideView } from './insideview.svelte'
import { Tinting } from './tinting.svelte'

export const NEAREST = 2
const FARTHEST = 0.05
const MARGIN = 40
/** Cards smaller than this are hard to read. */
const LEGIBLE = 0.8
/** How far from a card a pointer may be, in pixels of the screen, where cards are tiny. */
export const REACH = 4
const NOT_DRAGGED: ReadonlyMap<string, Position> = new Map()
const NO_PROBLEMS: readonly Problem[] = []

/** What xyflow can do that state alone can't. */
interface Mover {
  setViewport: (viewport: Viewport, options?: { duration?: number }) => Promise<boolean>
  screenToFlowPosition: (position: Position) => Position
  flowToScreenPosition: (position: Position) => Position
}

export class Canvas {
  viewport = $state.raw<Viewport>({ x: 0, y: 0, zoom: 1 })
  width = $state(0)
  height = $state(0)
  /** The positions of the nodes that this person is dragging. */
  dragged = $state.raw(NOT_DRAGGED)
  hovered = $state<string | null>(null)
  /** The card under the pointer, in a view from so far away that the others are only painted. */
  pointed = $state<string | null>(null)
  hoveredEdge = $state<string | null>(null)
  /** The wire that a dragged layer would be put into. */
  dropEdge = $state<string | null>(null)
  /** The wire that the one which is being drawn would replace. */
  giving = $state<string | null>(null)
  /** Whether a wire is being drawn: optional ports are shown. */
  connecting = $state(false)
  /** The selected frame or note, and the id of the one that is being written. */
  annotation = $state.raw<{ kind: 'frames' | 'notes'; id: string } | null>(null)
  writing = $state<string | null>(null)
  /** The node whose parameters are edited on its card. */
  editing = $state<string | null>(null)
  /** Whether the space bar is held: a drag then moves the view, wherever it begins. */
  grabbing = $state(false)
  /** The height of the bar that covers the top of the canvas, in pixels. */
  covered = $state(0)
  /** The height of what covers the bottom of the canvas, beyond the margin. */
  coveredBelow = 0
  /** Where the pointer is over the canvas, in the window; null while it is elsewhere. */
  pointer: Position | null = null
  /** Whether this person has last used the pointer, not the keyboard, to get around. */
  ledByPointer = false
  mover: Mover | null = null
  /** What panels find out about a graph before it is shown. */
  readonly preparations = new Set<(graph: Graph, routes: Routes) => void>()
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

  readonly folding = new Folding(this)

  readonly tinting = new Tinting(this)

  readonly insideView = new InsideView(this)

  readonly comparing = new Comparing(this)

  /** The graph as it is shown: repeated parts may be folded. */
  get picture(): Graph {
    return this.folding.picture
  }

  /** Whether the drawing runs to the right: ports are at the left and right of cards then. */
  readonly right: boolean = $derived.by(() => runsRight(this.picture))

  constructor(readonly session: Session) {}

  /** Return where the card of a node lies; of a folded node, its fold's. */
  shown(id: string): Node | undefined {
    return lookup(this.picture).nodes.get(id)
  }

  node(id: string): Node | undefined {
    return lookup(this.graph).nodes.get(id)
  }

  /** The nodes with an error. */
  readonly wrong: ReadonlySet<string> = $derived.by(
    () =>
      new Set(
        [...this.#problems]
          .filter(([, problems]) => problems.some(({ severity }) => severity === 'error'))
          .map(([id]) => id),
      ),
  )

  problemsOf(node: string): readonly Problem[] {
    return this.#problems.get(node) ?? NO_PROBLEMS
  }

  /** Return the lane of a wire that would run behind cards; none while its ends are moved. */
  routeOf(id: string): Route | undefined {
    const edge = lookup(this.picture).edges.get(id)
    if (!edge || this.dragged.has(edge.source) || this.dragged.has(edge.target)) return undefined
    return this.routes.get(id)
  }

  /** The routes of the wires that don't lead from port to port. */
  get routes(): Routes {
    return this.#routesOf(this.picture, this.right)
  }

  /** What drawing a graph needs and takes long to find; kept with the graph once it is found. */
  drawingOf(graph: Graph): (() => unknown)[] {
    return [
      () => placesOf(graph),
      () => runsRight(graph),
      () => spansOf(graph),
      () => this.#routesOf(graph, runsRight(graph)),
      () => titlesOf(graph, this.layers.models),
      ...[...this.preparations].map((prepare) => () => {
        prepare(graph, this.#routesOf(graph, runsRight(graph)))
      }),
    ]
  }

  #routesOf(picture: Graph, right: boolean): Routes {
    const { layers } = this
    return routesOf(picture, (edge, end) => {
      const node = lookup(picture).nodes.get(edge[end])
      if (!node) return false
      const side = end === 'source' ? 'output' : 'input'
      const name = end === 'source' ? edge.source_port : edge.target_port
      const placed = placePorts(portsOf(picture, node, layers), right)
      const port = placed.find((port) => port.side === side && port.port.name === name)
      return port !== undefined && (port.named || port.shy) && isAlong(port, right)
    })
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

  /** Return where a place of the canvas lies in the window. */
  windowOf(place: Position): Position | undefined {
    return this.mover?.flowToScreenPosition(place)
  }

  /** Width by height of the canvas. */
  get aspect(): number {
    return this.height > 0 ? this.width / this.height : 1
  }

  /** The height of a drawing whose cards are legible when all of it is shown. */
  get legible(): number {
    return Math.max(this.height - 2 * MARGIN, 0) / LEGIBLE
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

  /** How far people can zoom out: until everything is in view. */
  readonly farthest: number = $derived.by(() => {
    const bounds = placesOf(this.picture).bounds
    return bounds ? Math.min(FARTHEST, this.#fitting(bounds) * 0.8) : FARTHEST
  })

  /** Bring everything, or these nodes, into view, at most this large. */
  fit(ids?: ReadonlySet<string>, most = 1): void {
    const bounds = ids ? boundsOf(this.picture.nodes.filter(({ id }) => ids.has(id))) : this.#bounds
    if (!bounds) {
      this.#look({ x: this.width / 2, y: this.height / 3, zoom: 1 })
      return
    }
    const zoom = Math.max(Math.min(this.#fitting(bounds), most), this.farthest)
    const lower = (this.covered - this.coveredBelow) / 2 / zoom
    this.#center({ ...bounds, y: bounds.y - lower }, zoom)
  }

  /** The rectangle around all cards, and around the removed ones that a comparison shows. */
  get #bounds(): Rect | null {
    const ghosts = boundsOf(this.comparing.comparison?.ghosts ?? [])
    const { bounds } = placesOf(this.picture)
    return bounds && ghosts ? united(bounds, ghosts) : (bounds ?? ghosts)
  }

  /** Whether every card is wholly in view. */
  get showsAll(): boolean {
    const { bounds } = placesOf(this.picture)
    if (!bounds) return true
    const { view } = this
    const { width, height } = united(view, bounds)
    return width <= view.width && height <= view.height
  }

  /** Show a newly opened graph: all of it where that is legible, else its beginning. */
  begin(): void {
    this.fit()
    const { bounds } = placesOf(this.picture)
    if (!bounds || this.#fitting(bounds) >= LEGIBLE) return
    const places = this.picture.nodes.map(({ position }) => position)
    const { width, height } = this
    if (this.right) {
      const middle = bounds.y + bounds.height / 2
      const [first] = places.toSorted((a, b) => a.x - b.x || a.y - b.y)
      const isHigh = bounds.height * LEGIBLE > height
      const y = isHigh && first ? first.y + HEIGHT / 2 : middle
      const view = { x: MARGIN - bounds.x * LEGIBLE, y: height / 2 - y * LEGIBLE }
      this.#look({ ...view, zoom: LEGIBLE }, 0)
      return
    }
    const middle = bounds.x + bounds.width / 2
    const [first] = places.toSorted((a, b) => a.y - b.y || a.x - b.x)
    const isWide = bounds.width * LEGIBLE > width
    const x = isWide && first ? first.x + WIDTH / 2 : middle
    const view = { x: width / 2 - x * LEGIBLE, y: MARGIN - bounds.y * LEGIBLE }
    this.#look({ ...view, zoom: LEGIBLE }, 0)
  }

  /** Something appears at the bottom: what was wholly in view stays so, no larger than it was. */
  coverBelow(pixels: number): void {
    const { bounds } = placesOf(this.picture)
    const { y, zoom } = this.viewport
    this.coveredBelow = pixels
    const lowest = bounds ? (bounds.y + bounds.height) * zoom + y : 0
    if (this.showsAll && lowest > this.height - MARGIN - pixels) this.fit(undefined, zoom)
  }

  #fitting(bounds: Rect): number {
    const room = (pixels: number) => Math.max(pixels - 2 * MARGIN, 40)
    const height = room(this.height - this.covered - this.coveredBelow)
    return Math.min(room(this.width) / bounds.width, height / bounds.height)
  }

  /** Bring a node, a frame or a note into view, with the smallest change of zoom. */
  reveal(id: string): void {
    const node = this.shown(id)
    const annotation = [...this.graph.frames, ...this.graph.notes].find((item) => item.id === id)
    const at = node?.position ?? annotation?.position
    if (!at) return
    const rect = rectOf(at)
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

  /** The pointer leaves a part of a wire. A handle at its end may appear under it, and is another. */
  leaveWire({ relatedTarget }: MouseEvent): void {
    const handle = (relatedTarget as Element | null)?.closest('.svelte-flow__edgeupdater')
    if (!handle) this.hoveredEdge = null
  }

  /** Move the keyboard's focus to a card, once it is drawn. */
  focus(id: string): void {
    // A dialog that closes gives the focus back first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`.svelte-flow__node[data-id="${id}"]`)?.focus(),
      ),
    )
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
    const zoom = Math.min(Math.max(wanted, this.farthest), NEAREST)
    const x = this.width / 2 - (rect.x + rect.width / 2) * zoom
    const y = this.height / 2 - (rect.y + rect.height / 2) * zoom
    this.#look({ x, y, zoom }, duration)
  }

  /** Move what is shown down, by pixels of the page. */
  lower(by: number): void {
    this.#look({ ...this.viewport, y: this.viewport.y + by })
  }

  #look(viewport: Viewport, duration = motion()): void {
    if (this.mover) void this.mover.setViewport(viewport, { duration })
    else this.viewport = viewport
  }

  /** Return the node whose card covers a place, the topmost first. */
  nodeAt(place: Position): Node | undefined {
    return this.shown(placesOf(this.picture).at(place)?.id ?? '')
  }

  /** Return the node at a place that a pointer can't hit exactly, because cards are tiny. */
  nodeNear(place: Position): Node | undefined {
    return this.shown(placesOf(this.picture).near(place, REACH / this.viewport.zoom)?.id ?? '')
  }
}

/** The duration of an animation in milliseconds: 0 where people prefer reduced motion. */
export function motion(milliseconds = 140): number {
  const none = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true
  return none ? 0 : milliseconds
}
