/** Dragging: local and shown to the others while it lasts, one edit when it ends. */
import type { Position } from '../../contract'
import type { Canvas } from '../../editor/canvas.svelte'
import { drop } from '../../editor/moving'
import type { LayerNode } from './flow'

const MOST_SHOWN = 200

export class Drags {
  /** The positions of the dragged nodes when the drag began, in view or not. */
  #start = new Map<string, Position>()

  constructor(readonly canvas: Canvas) {}

  begin(nodes: readonly { id: string }[]): void {
    const taken = new Set(nodes.map(({ id }) => id))
    const selected = this.canvas.session.selection.nodes
    if ([...taken].some((id) => selected.has(id))) for (const id of selected) taken.add(id)
    const places = this.canvas.graph.nodes.filter(({ id }) => taken.has(id))
    this.#start = new Map(places.map(({ id, position }) => [id, position]))
  }

  /** Move all dragged nodes by what xyflow moved the nodes in view. */
  absorb(changed: readonly LayerNode[]): void {
    const lead = changed.find((node) => node.dragging && this.#start.has(node.id))
    const from = lead && this.#start.get(lead.id)
    if (!lead || !from) return
    const [dx, dy] = [lead.position.x - from.x, lead.position.y - from.y]
    const moved = [...this.#start].map(([id, { x, y }]): [string, Position] => [
      id,
      { x: x + dx, y: y + dy },
    ])
    this.canvas.dragged = new Map(moved)
    this.canvas.session.collaboration.tell({
      dragging: Object.fromEntries(moved.slice(0, MOST_SHOWN)),
    })
  }

  end(): void {
    if (this.#start.size === 0) return
    this.#start = new Map()
    drop(this.canvas, this.canvas.dragged)
    this.canvas.dragged = new Map()
    this.canvas.session.collaboration.tell({ dragging: {} })
  }
}
