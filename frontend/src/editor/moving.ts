/** Moving cards, with the pointer and with keys. */
import type { Position } from '../contract'
import { moveNodes } from '../document/edits'
import { GRID } from '../document/geometry'
import type { Canvas } from './canvas.svelte'

/** Move nodes to where they were dropped, as one edit; none if no node has moved. */
export function drop(canvas: Canvas, positions: ReadonlyMap<string, Position>): void {
  if (canvas.folding.on) {
    canvas.folding.move(positions)
    return
  }
  const moved = [...positions].filter(([id, { x, y }]) => {
    const before = canvas.node(id)?.position
    return before && (before.x !== Math.round(x) || before.y !== Math.round(y))
  })
  if (moved.length > 0) canvas.session.edit(moveNodes(canvas.graph.id, new Map(moved)))
}

/** Move the selected nodes by steps of the grid. */
export function nudge(canvas: Canvas, dx: number, dy: number): void {
  const nodes = canvas.graph.nodes.filter(({ id }) => canvas.session.selection.nodes.has(id))
  const moved = nodes.map(({ id, position }): [string, Position] => [
    id,
    { x: position.x + dx * GRID, y: position.y + dy * GRID },
  ])
  canvas.session.edit(moveNodes(canvas.graph.id, new Map(moved)), { merge: 'nudge' })
}
