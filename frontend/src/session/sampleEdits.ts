/** Documents of nodes, and operations on them, for tests. */
import type { Document, Operation } from '../contract'
import { emptyDocument } from '../document/model'
import { apply, at, isRefused } from '../document/operations'

export const NODES = ['graphs', 'main', 'nodes']

export function node(id: string): Operation {
  return { type: 'add', path: NODES, item: { id, layer: 'Dense' } }
}

export function units(id: string, value: unknown): Operation {
  return { type: 'set', path: [...NODES, id, 'params', 'units'], value }
}

export function unitsOf(document: Document, id: string): unknown {
  return at(document, [...NODES, id, 'params', 'units'])
}

/** Return an empty document after these operations. */
export function begin(...operations: Operation[]): Document {
  return operations.reduce((document, operation) => {
    const result = apply(document, operation)
    if (isRefused(result)) throw new Error(result.message)
    return result.document
  }, emptyDocument())
}
