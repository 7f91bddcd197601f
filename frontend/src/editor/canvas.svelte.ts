/** The state of the canvas: the open graph as it is shown, what is dragged, what is under the pointer. */
import type { Edge, Graph, Node, NodeVerdict, Person, Position, Problem, Tensor } from '../contract'
import { isAlong, placePorts } from '../document/cardports'
import type { Wire } from '../document/connect'
import { runsRight } from '../document/direction'
import { type Layers, portsOf } from '../document/layers'
import { type IsAside, type Routes, routesOf, routing } from '../document/layout/routes'
import type { Route } from '../document/layout/wires'
import { graphsOf, lookup } from '../document/lookup'
import { LayerIndex } from '../document/models'
import { placesOf } from '../document/places'
import { spanning } from '../document/spans'
import type { Steps } from '../document/steps'
import { MAIN } from '../document/submodels'
import { titlesOf } from '../document/titles'
import type { Session } from '../session'
import { Camera } from './camera.svelte'
import { Comparing } from './comparing.svelte'
import { Folding } from './folding.svelte'
import { Groups } from './groups.svelte'
import { InsideView } from './insideview.svelte'
import { Tinting } from './tinting.svelte'

/** How far from a card a pointer may be, in pixels of the screen, where cards are tiny. */
export const REACH = 4
const NOT_DRAGGED: ReadonlyMap<string, Position> = new Map()
const NO_PROBLEMS: readonly Problem[] = []
const NONE: readonly Node[] = []

export class Canvas extends Camera {
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
  /** Where the pointer is over the canvas, in the window; null while it is elsewhere. */
  pointer: Position | null = null
  /** Whether this person has last used the pointer, not the keyboard, to get around. */
  ledByPointer = false
  /** What panels find out about a graph before it is shown. */
  readonly preparations = new Set<(graph: Graph, routes: Routes) => Steps<unknown>>()
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

  readonly groups = new Groups(this)

  readonly tinting = new Tinting(this)

  readonly insideView = new InsideView(this)

  readonly comparing = new Comparing(this)

  get ghosts(): readonly Node[] {
    return this.comparing.comparison?.ghosts ?? NONE
  }

  /** The graph as it is shown: repeated parts may be folded. */
  get picture(): Graph {
    return this.folding.picture
  }

  /** Whether the drawing runs to the right: ports are at the left and right of cards then. */
  readonly right: boolean = $derived.by(() => runsRight(this.picture))

  constructor(readonly session: Session) {
    super()
  }

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
    return routesOf(this.picture, this.#isAside(this.picture, this.right))
  }

  /** What drawing a graph needs and takes long to find; kept with the graph once it is found. */
  *drawingOf(graph: Graph): Steps<void> {
    placesOf(graph)
    yield
    const right = runsRight(graph)
    yield
    yield* spanning(graph)
    const routes = yield* routing(graph, this.#isAside(graph, right))
    titlesOf(graph, this.layers.models)
    yield
    for (const prepare of this.preparations) yield* prepare(graph, routes)
  }

  #isAside(picture: Graph, right: boolean): IsAside {
    const { layers } = this
    return (edge, end) => {
      const node = lookup(picture).nodes.get(edge[end])
      if (!node) return false
      const side = end === 'source' ? 'output' : 'input'
      const name = end === 'source' ? edge.source_port : edge.target_port
      const placed = placePorts(portsOf(picture, node, layers), right)
      const port = placed.find((port) => port.side === side && port.port.name === name)
      return port !== undefined && (port.named || port.shy) && isAlong(port, right)
    }
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

  /** Return the node whose card covers a place, the topmost first. */
  nodeAt(place: Position): Node | undefined {
    return this.shown(placesOf(this.picture).at(place)?.id ?? '')
  }

  /** Return the node at a place that a pointer can't hit exactly, because cards are tiny. */
  nodeNear(place: Position): Node | undefined {
    return this.shown(placesOf(this.picture).near(place, REACH / this.viewport.zoom)?.id ?? '')
  }
}
