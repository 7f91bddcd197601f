/** Which part of the drawing is in view, and how it comes there. */
import type { Viewport } from '@xyflow/svelte'
import type { Graph, Node, Position } from '../contract'
import {
  boundsOf,
  contains,
  grown,
  HEIGHT,
  type Rect,
  rectOf,
  united,
  WIDTH,
} from '../document/geometry'
import { lookup } from '../document/lookup'
import { placesOf } from '../document/places'

export const NEAREST = 2
const FARTHEST = 0.05
/** How many milliseconds a movement of the view may end late. */
const LATE = 200
/** How many frames a view has to come to rest. */
const MOST_FRAMES = 60
/** What stays free around a drawing that is shown whole, in pixels. */
export const MARGIN = 40
/** Cards smaller than this are hard to read. */
const LEGIBLE = 0.8

/** What xyflow can do that state alone can't. */
interface Mover {
  setViewport: (viewport: Viewport, options?: { duration?: number }) => Promise<boolean>
  screenToFlowPosition: (position: Position) => Position
  flowToScreenPosition: (position: Position) => Position
}

/** What is covered of the canvas at its sides, in pixels. */
interface Room {
  above: number
  below: number
  right: number
}

export abstract class Camera {
  viewport = $state.raw<Viewport>({ x: 0, y: 0, zoom: 1 })
  width = $state(0)
  height = $state(0)
  /** The height of the bar that covers the top of the canvas, in pixels. */
  covered = $state(0)
  /** The height of what covers the bottom of the canvas, beyond the margin. */
  coveredBelow = 0
  /** What the small map covers at the lower right, in pixels, with the room around it. */
  coveredCorner = { width: 0, height: 0 }
  mover: Mover | null = null
  /** Whether cards are being removed, which are only painted from afar. */
  leaving = $state(false)
  /** Where the view will come to rest, while it moves there by itself. */
  goal = $state.raw<Viewport | null>(null)

  /** The graph as it is shown. */
  abstract readonly picture: Graph
  /** The open graph, with its frames and notes. */
  abstract readonly graph: Graph
  /** Whether the drawing runs to the right. */
  abstract readonly right: boolean
  /** Cards that are shown and not in the graph. */
  abstract readonly ghosts: readonly Node[]

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
    return this.viewAt(this.viewport)
  }

  /** How the view will show the canvas once it has come to rest. */
  get ahead(): Viewport {
    return this.goal ?? this.viewport
  }

  viewAt({ x, y, zoom }: Viewport): Rect {
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
    const views = this.#rooms().map((room) => this.#around(bounds, room, most))
    const free = views.filter((viewport) => !this.#coversCard(viewport))
    const [largest = views[0]] = free.toSorted((one, other) => other.zoom - one.zoom)
    if (largest) this.#look(largest)
  }

  /**
   * Bring a part of the canvas into view before a drawing that will fill it is there. Cards that are
   * not in view then are gone, so that the drawing need not move them.
   */
  async expect(bounds: Rect): Promise<void> {
    const [room] = this.#rooms()
    if (room) this.#look(this.#around(bounds, room, 1))
    const isBusy = () => this.goal !== null || this.leaving
    for (let frames = 0; frames < MOST_FRAMES && isBusy(); frames += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve))
  }

  /** The room for a drawing: all of the canvas, what lies left of the small map, what lies above it. */
  #rooms(): Room[] {
    const { covered: above, coveredBelow: below, coveredCorner: corner } = this
    const beyond = (pixels: number) => Math.max(pixels - MARGIN, 0)
    return [
      { above, below, right: 0 },
      { above, below, right: beyond(corner.width) },
      { above, below: Math.max(below, beyond(corner.height)), right: 0 },
    ]
  }

  /** Return how the view shows `bounds` in the middle of a room, at most this large. */
  #around(bounds: Rect, { above, below, right }: Room, most: number): Viewport {
    const wanted = Math.min(this.#fitting(bounds, { above, below, right }), most)
    const zoom = Math.min(Math.max(wanted, this.farthest), NEAREST)
    const x = (this.width - right) / 2 - (bounds.x + bounds.width / 2) * zoom
    const y = (this.height + above - below) / 2 - (bounds.y + bounds.height / 2) * zoom
    return { x, y, zoom }
  }

  /** Whether the small map would cover a card. */
  #coversCard({ x, y, zoom }: Viewport): boolean {
    const { width, height } = this.coveredCorner
    const corner = {
      x: (this.width - width - x) / zoom,
      y: (this.height - height - y) / zoom,
      width: width / zoom,
      height: height / zoom,
    }
    return width > 0 && [...placesOf(this.picture).within(corner)].length > 0
  }

  /** The rectangle around all cards, and around the removed ones that a comparison shows. */
  get #bounds(): Rect | null {
    const ghosts = boundsOf(this.ghosts)
    const { bounds } = placesOf(this.picture)
    return bounds && ghosts ? united(bounds, ghosts) : (bounds ?? ghosts)
  }

  /** Whether every card is wholly in view, or will be once the view has come to rest. */
  get showsAll(): boolean {
    const { bounds } = placesOf(this.picture)
    if (!bounds) return true
    return contains(this.viewAt(this.ahead), bounds)
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

  /** Return the zoom at which `bounds` fills a room; without one, all that nothing covers. */
  #fitting(bounds: Rect, room?: Room): number {
    const { above, below, right } = room ?? {
      above: this.covered,
      below: this.coveredBelow,
      right: 0,
    }
    const inside = (pixels: number) => Math.max(pixels - 2 * MARGIN, 40)
    const height = inside(this.height - above - below)
    return Math.min(inside(this.width - right) / bounds.width, height / bounds.height)
  }

  /** Bring a node, a frame or a note into view, with the smallest change of zoom. */
  reveal(id: string): void {
    const node = lookup(this.picture).nodes.get(id)
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
    if (!this.mover) {
      this.viewport = viewport
      return
    }
    const rest = () => {
      if (this.goal === viewport) this.goal = null
    }
    this.goal = duration > 0 ? viewport : null
    void this.mover.setViewport(viewport, { duration }).then(rest)
    // A movement that people take over is never said to have ended.
    setTimeout(rest, duration + LATE)
  }
}

/** The duration of an animation in milliseconds: 0 where people prefer reduced motion. */
export function motion(milliseconds = 140): number {
  const none = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true
  return none ? 0 : milliseconds
}
