/** What is done to everything that is selected. */
import { removeAll } from '../document/edits'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

export function selectAll(canvas: Canvas): void {
  const { nodes, edges } = canvas.graph
  canvas.session.selection.set(
    nodes.map(({ id }) => id),
    edges.map(({ id }) => id),
  )
}

/** Remove the selected nodes and wires. */
export function removeSelection(canvas: Canvas): void {
  const { nodes, edges } = canvas.session.selection
  canvas.session.edit(removeAll(canvas.graph, nodes, edges))
  const { size } = nodes
  canvas.session.notices.announce(
    size > 0 ? t('editor.removed', { count: size }) : t('editor.wireRemoved'),
  )
}
