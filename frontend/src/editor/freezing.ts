/** Freezing layers, and `training` at their calls. */
import type { Node } from '../contract'
import { nodePath } from '../document/edits'
import { freeze } from '../document/freezing'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

function selectedNodes({ graph, session }: Canvas): Node[] {
  return graph.nodes.filter(({ id }) => session.selection.nodes.has(id))
}

/** Whether a selected layer would change. */
export function canSetFrozen(canvas: Canvas, frozen: boolean): boolean {
  return freeze(canvas.graph, selectedNodes(canvas), frozen).length > 0
}

/** Freeze or unfreeze the selected layers, or one node. */
export function setFrozen(canvas: Canvas, frozen: boolean, node?: Node): void {
  const operations = freeze(canvas.graph, node ? [node] : selectedNodes(canvas), frozen)
  canvas.session.edit(operations)
  const count = operations.length
  canvas.session.notices.announce(t(frozen ? 'editor.frozen' : 'editor.unfrozen', { count }))
}

/** Set what a call passes for `training`; null leaves it to Keras. */
export function setTraining({ session, graph }: Canvas, node: Node, value: boolean | null): void {
  session.edit([{ type: 'set', path: nodePath(graph.id, node.id, 'training'), value }])
}
