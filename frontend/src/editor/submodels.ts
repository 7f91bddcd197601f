/** Grouping into sub-models, and what is done to a sub-model as a whole. */
import { group } from '../document/grouping'
import { graphName } from '../document/submodels'
import { ungroup } from '../document/ungrouping'
import type { Session } from '../session'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'
import { setText } from './properties'

/** Move the selected nodes into a new sub-model, and call it in their place. */
export function groupSelection(canvas: Canvas): void {
  const { session, graph } = canvas
  const result = group(session.document, graph, session.selection.nodes, (end) =>
    canvas.tensorOf(end),
  )
  if (typeof result === 'string') {
    session.notices.error(result)
    return
  }
  session.edit(result.operations)
  session.selection.set([result.node])
  session.notices.announce(t('editor.grouped'))
}

/** Replace the selected sub-model with its contents. */
export function ungroupSelection(canvas: Canvas): void {
  const { session, graph } = canvas
  const id = [...session.selection.nodes][0] ?? ''
  const result = ungroup(session.document, graph, id, canvas.layers)
  if (typeof result === 'string') {
    session.notices.error(result)
    return
  }
  session.edit(result.operations)
  session.selection.set(result.nodes)
  session.notices.announce(t('editor.ungrouped', { count: result.nodes.length }))
}

/** Remove a sub-model that no node calls. */
export function removeGraph(session: Session, graph: string): void {
  const name = graphName(session.document, graph)
  session.edit([{ type: 'remove', path: ['graphs', graph] }])
  session.notices.announce(t('editor.graphRemoved', { name }))
}

/** Rename a sub-model. */
export function renameGraph(session: Session, graph: string, name: string): void {
  setText(session, ['graphs', graph, 'name'], name)
}
