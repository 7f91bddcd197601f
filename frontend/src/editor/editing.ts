/** Editing the parameters of a node on its card. */
import { cardParams } from '../document/telling'
import type { Canvas } from './canvas.svelte'

/** Whether a node has parameters that can be edited on its card. */
export function hasCardParams(canvas: Canvas, id: string): boolean {
  const node = canvas.node(id)
  return node !== undefined && cardParams(node, canvas.layers.get(node.layer)).length > 0
}

/** Open the first parameter of a node as a field on its card, large enough to be read. */
export function editOnCard(canvas: Canvas, id: string): void {
  if (canvas.session.viewOnly || canvas.editing === id || !hasCardParams(canvas, id)) return
  canvas.session.selection.set([id])
  canvas.reveal(id)
  canvas.editing = id
}
