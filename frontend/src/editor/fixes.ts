/** Applying the fix of a problem. */
import type { Document, Fix, Node, Operation } from '../contract'
import { freePlace } from '../document/geometry'
import { graphsOf } from '../document/lookup'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'

/** Apply a fix of a problem as one edit; a layer that it adds goes to a free position. */
export function applyFix({ session }: Canvas, fix: Fix): void {
  // The contract gives a fix's operations as plain JSON; applying them validates them.
  const operations = fix.operations as unknown as Operation[]
  session.edit(operations.map((operation) => placedFreely(session.document, operation)))
  session.notices.announce(t('editor.fixed', { fix: fix.label }))
}

function placedFreely(document: Document, operation: Operation): Operation {
  if (operation.type !== 'add') return operation
  const [, graph, list] = operation.path
  const item = operation.item as Node
  if (list !== 'nodes' || !item.position) return operation
  const nodes = graphsOf(document).get(graph ?? '')?.nodes ?? []
  return { ...operation, item: { ...item, position: freePlace(nodes, item.position) } }
}
