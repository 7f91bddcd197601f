/** Dragging: local and shown to the others while it lasts, one edit when it ends. */
import type { Position } from '../../contract'
import { canInsert, hasFreeEnds } from '../../document/connect'
import { HEIGHT, WIDTH } from '../../document/geometry'
import { lookup } from '../../document/lookup'
import type { Canvas } from '../../editor/canvas.svelte'
import { drop } from '../../editor/moving'
import { insertCard } from '../../editor/placing'
import { edgesAt } from '../../editor/pointing'
import type { LayerNode } from './flow'

const MOST_SHOWN = 200

export class Drags {
  /** The positions of the dragged nodes when the drag began, in view or not. */
  #start = new Map<string, Position>()
  /** The dragged card, if it could be put into a wire. */
  #free: string | null = null

  constructor(readonly canvas: Canvas) {}

  begin(nodes: readonly { id: string }[]): void {
    const taken = new Set(nodes.map(({ id }) => id))
    const selected = this.canvas.session.selection.nodes
    if ([...taken].some((id) => selected.has(id))) for (const id of selected) taken.add(id)
    const places = this.canvas.picture.nodes.filter(({ id }) => taken.has(id))
    this.#start = new Map(places.map(({ id, position }) => [id, position]))
    this.#free = this.#freeCard()
  }

  #freeCard(): string | null {
    const { canvas } = this
    const [id, ...others] = this.#start.keys()
    const node = id !== undefined && others.length === 0 ? canvas.node(id) : undefined
    if (!node || canvas.folding.on) return null
    return hasFreeEnds(canvas.graph, canvas.layers, node) ? node.id : null
  }

  /** Mark the wire that a dragged card would be put into: the one under the pointer or the card. */
  over(pointer: Position): void {
    if (this.#free === null) return
    const { canvas } = this
    const node = canvas.node(this.#free)
    const at = canvas.dragged.get(this.#free)
    const middle = at && canvas.windowOf({ x: at.x + WIDTH / 2, y: at.y + HEIGHT / 2 })
    const { edges } = lookup(canvas.graph)
    canvas.dropEdge =
      [pointer, ...(middle ? [middle] : [])].flatMap(edgesAt).find((id) => {
        const edge = edges.get(id)
        return edge && node && canInsert(canvas.graph, canvas.layers, edge, node)
      }) ?? null
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
    const { dropEdge } = this.canvas
    this.#start = new Map()
    if (this.#free !== null && dropEdge !== null) insertCard(this.canvas, this.#free, dropEdge)
    else drop(this.canvas, this.canvas.dragged)
    this.#free = null
    this.canvas.dropEdge = null
    this.canvas.dragged = new Map()
    this.canvas.session.collaboration.tell({ dragging: {} })
  }
}
