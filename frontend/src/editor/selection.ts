/** What is done to everything that is selected. */
import { heal } from '../document/connect'
import { removeAll } from '../document/edits'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

export function selectAll(canvas: Canvas): void {
  const { nodes, edges } = canvas.graph
  canvas.session.selection.set(
    nodes.map(({ id }) => id),
    edges.map(({ id }) => id),
  )
  tellSelected(canvas)
}

/** Announce how many layers are selected. */
export function tellSelected({ session }: Canvas): void {
  session.notices.announce(t('editor.selected', { count: session.selection.nodes.size }))
}

/** Remove the selected nodes, and let what fed them feed what they fed. */
export function removeAndHeal(canvas: Canvas): void {
  const { nodes } = canvas.session.selection
  canvas.session.edit(heal(canvas.graph, canvas.layers, nodes))
  canvas.session.notices.announce(t('editor.removed', { count: nodes.size }))
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
