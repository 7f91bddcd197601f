/** Selecting with a box: what it meets is added to what was selected before. */
import type { Position } from '../../contract'
import { foldedNodes } from '../../document/folding'
import { placesOf } from '../../document/places'
import type { Canvas } from '../../editor/canvas.svelte'

/** What was selected when the pointer went down, and where on the canvas that was. */
interface Start {
  at: Position
  nodes: ReadonlySet<string>
}

/**
 * xyflow draws the box, but knows only the cards that are drawn: none in a view from far away. So
 * the cards are found here.
 */
export class Box {
  #start: Start | null = null
  #open = false

  constructor(readonly canvas: Canvas) {}

  /** Whether a box is drawn: what xyflow says about the selection is not taken then. */
  get open(): boolean {
    return this.#open
  }

  /** The pointer goes down; a box may begin here. */
  press(pointer: Position): void {
    const at = this.canvas.mover?.screenToFlowPosition(pointer)
    this.#start = at ? { at, nodes: this.canvas.session.selection.nodes } : null
    this.#open = false
  }

  begin(): void {
    this.#open = this.#start !== null
  }

  move(pointer: Position): void {
    const to = this.#open ? this.canvas.mover?.screenToFlowPosition(pointer) : undefined
    if (!this.#start || !to) return
    const { at, nodes } = this.#start
    const x = Math.min(at.x, to.x)
    const y = Math.min(at.y, to.y)
    const view = { x, y, width: Math.abs(at.x - to.x), height: Math.abs(at.y - to.y) }
    const { picture, folding, session } = this.canvas
    const selected = new Set(nodes)
    for (const { id } of placesOf(picture).within(view)) {
      const fold = folding.closed.get(id)
      for (const node of fold ? foldedNodes(fold) : [id]) selected.add(node)
    }
    const now = session.selection.nodes
    if (now.size === selected.size && [...selected].every((id) => now.has(id))) return
    session.selection.set(selected)
  }

  end(): void {
    this.#open = false
  }
}
