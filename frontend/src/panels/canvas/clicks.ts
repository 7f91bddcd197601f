/** Clicks on the canvas: what they hit, and what follows. */
import type { Edge } from '../../contract'
import { foldedNodes } from '../../document/folding'
import { lookup } from '../../document/lookup'
import { quickAdd } from '../../editor/adding'
import { addBend } from '../../editor/annotating'
import type { Canvas } from '../../editor/canvas.svelte'
import type { Editor } from '../../editor/editor.svelte'
import { edgesAt } from '../../editor/pointing'
import { disconnect } from '../../editor/wiring'
import { type Connections, pointOf } from './connections'
import type { Drawn } from './drawn.svelte'

/** How far the pointer may move between the press and the release of a click, in pixels. */
const STILL = 3

export class Clicks {
  readonly #canvas: Canvas
  /** What was selected before the first click of a double-click took the selection away. */
  #before: ReadonlySet<string> = new Set()
  /** The card on which the pointer went down, and where. */
  #pressed: { card: string; x: number; y: number } | null = null

  constructor(
    readonly editor: Editor,
    readonly drawn: Drawn,
    readonly connections: Connections,
  ) {
    this.#canvas = editor.canvas
  }

  /** The pointer goes down. */
  press(event: PointerEvent): void {
    const target = event.target as Element
    const card = target.closest('.svelte-flow__handle') ? undefined : cardAt(target)
    this.#pressed = card && event.button === 0 ? { card, ...pointOf(event) } : null
  }

  /**
   * A click, before anything else hears of it. Alt and a click cut a wire. A card that was pressed
   * is selected though the view, which is moving, has taken it from under the pointer meanwhile.
   */
  click(event: MouseEvent): void {
    const edge = event.altKey ? this.#wireAt(event) : undefined
    const card = this.#slipped(event)
    if (edge) disconnect(this.#canvas, edge.id)
    else if (card) this.#select(card, event.shiftKey)
    else return
    event.stopPropagation()
  }

  /** The card that was pressed, if the click has come to lie elsewhere. */
  #slipped(event: MouseEvent): string | undefined {
    const pressed = this.#pressed
    this.#pressed = null
    if (!pressed || cardAt(event.target as Element) === pressed.card) return undefined
    const { x, y } = pointOf(event)
    return Math.hypot(x - pressed.x, y - pressed.y) <= STILL ? pressed.card : undefined
  }

  #select(card: string, more: boolean): void {
    const { selection } = this.#canvas.session
    const fold = this.#canvas.folding.closed.get(card)
    const nodes = fold ? foldedNodes(fold) : [card]
    selection.set(more ? [...selection.nodes, ...nodes] : nodes)
  }

  /** A click beside all cards. From far away they are only painted: find the one under it. */
  pane(event: MouseEvent): void {
    const { session, folding } = this.#canvas
    const at = this.drawn.far
      ? this.connections.flow?.screenToFlowPosition(pointOf(event))
      : undefined
    const node = at && this.#canvas.nodeNear(at)
    if (event.detail === 1) this.#before = session.selection.nodes
    const fold = node && folding.closed.get(node.id)
    session.selection.set(fold ? foldedNodes(fold) : node ? [node.id] : [])
    this.#canvas.annotation = null
  }

  /** A double-click on a wire bends it; on the empty canvas it adds a layer, after what was selected. */
  double(event: MouseEvent): void {
    const edge = this.#wireAt(event)
    const place = this.connections.flow?.screenToFlowPosition(pointOf(event))
    if (edge && place) addBend(this.#canvas, edge, place)
    if (!(event.target as Element).matches('.svelte-flow__pane')) return
    this.#canvas.pointer = pointOf(event)
    this.#canvas.session.selection.set(this.#before)
    quickAdd(this.editor)
  }

  /** Open the menu of the card, the wire, the frame or note, or the canvas at an event. */
  menu(event: MouseEvent): void {
    const target = event.target as Element
    if (!target.closest('.svelte-flow') || target.closest('input, textarea, select')) return
    event.preventDefault()
    const { session, folding } = this.#canvas
    const card = cardAt(target)
    const id = card ?? this.#wireAt(event)?.id
    const kind = card ? 'nodes' : 'edges'
    const fold = folding.closed.get(id ?? '')
    const annotation = id ? null : annotationAt(target)
    if (fold) session.selection.set(foldedNodes(fold))
    else if (!id) session.selection.set()
    else if (!session.selection[kind].has(id))
      session.selection.set(kind === 'nodes' ? [id] : [], kind === 'edges' ? [id] : [])
    this.#canvas.annotation = annotation
    const pointer = pointOf(event)
    const at = this.connections.flow?.screenToFlowPosition(pointer) ?? null
    this.editor.menu = { ...pointer, on: id ? kind : annotation ? 'annotation' : 'canvas', at }
  }

  /** The wire at an event: its line, or the shape at its middle. */
  #wireAt(event: MouseEvent): Edge | undefined {
    const element = event.target as Element
    const line = element.closest<SVGElement>('.svelte-flow__edge')?.dataset.id
    const isLabel = element.closest('.svelte-flow__edge-label') !== null
    const [under] = isLabel ? edgesAt(pointOf(event)) : []
    const id = line ?? under ?? (isLabel ? this.#canvas.hoveredEdge : null)
    return id ? lookup(this.#canvas.graph).edges.get(id) : undefined
  }
}

function cardAt(element: Element): string | undefined {
  return element.closest<HTMLElement>('.svelte-flow__node')?.dataset.id
}

/** The frame or note at an element; of a frame, its title. */
function annotationAt(element: Element): Canvas['annotation'] {
  const { annotation, id } = element.closest<HTMLElement>('[data-annotation]')?.dataset ?? {}
  return id ? { kind: annotation === 'frames' ? 'frames' : 'notes', id } : null
}
