/** Applying the fix of a problem. */
import type { Document, Fix, Node, Operation, Position } from '../contract'
import { moveNodes } from '../document/edits'
import { freePlace } from '../document/geometry'
import { graphsOf, lookup } from '../document/lookup'
import { t } from '../words/t'
import type { Canvas } from './canvas.svelte'
import { roomIn } from './placing'

/** Apply a fix of a problem as one edit; a layer that it adds goes into its wire, else to a free position. */
export function applyFix(canvas: Canvas, fix: Fix): void {
  const { session } = canvas
  // The contract gives a fix's operations as plain JSON; applying them validates them.
  const operations = fix.operations as unknown as Operation[]
  session.edit(inWire(canvas, operations) ?? operations.map(placed(session.document)))
  session.notices.announce(t('editor.fixed', { fix: fix.label }))
}

/** The operations that insert a layer into a wire, with room for it; null if they do something else. */
function inWire(canvas: Canvas, operations: Operation[]): Operation[] | null {
  const added = operations.flatMap((operation) => addedNode(operation) ?? [])
  const [node] = added
  if (!node || added.length > 1) return null
  const { edges } = lookup(canvas.graph)
  const [edge] = operations.flatMap((operation) => {
    if (operation.type !== 'set') return []
    const [, graph, list, id, field] = operation.path
    const isEnd = graph === canvas.graph.id && list === 'edges' && field === 'target'
    return (isEnd && edges.get(id ?? '')) || []
  })
  if (!edge) return null
  const { position, moved } = roomIn(canvas, edge)
  return [
    ...operations.map((operation) => at(operation, () => position)),
    ...moveNodes(canvas.graph.id, moved),
  ]
}

function placed(document: Document): (operation: Operation) => Operation {
  return (operation) =>
    at(operation, (wanted, graph) => freePlace(graphsOf(document).get(graph)?.nodes ?? [], wanted))
}

/** The operation with another position, if it adds a node. */
function at(operation: Operation, place: (wanted: Position, graph: string) => Position): Operation {
  const node = addedNode(operation)
  if (!node || operation.type !== 'add') return operation
  const position = place(node.position, operation.path[1] ?? '')
  return { ...operation, item: { ...node, position } }
}

function addedNode(operation: Operation): Node | null {
  if (operation.type !== 'add' || operation.path[2] !== 'nodes') return null
  const node = operation.item as Node
  return node.position ? node : null
}
