/** The checker's verdict, kept up to date by its changes. */
import type { Checked, NodeVerdict, Verdict } from '../contract'
import { MAIN } from '../document/submodels'

type Nodes = Readonly<Record<string, NodeVerdict>>

/**
 * Return the verdict that a message brings, or null when it only brings changes and `known`, the
 * verdict that they apply to, is not here. Nodes that did not change are the same objects.
 */
export function verdictAfter(known: Verdict | null, message: Checked): Verdict | null {
  const { verdict, base, gone, same } = message
  if (base === null) return verdict
  if (!known) return null
  const graphs = new Set([...Object.keys(known.graphs), ...Object.keys(verdict.graphs)])
  const after = [...graphs].map((id): [string, Nodes] => [
    id,
    patched(known.graphs[id], verdict.graphs[id], gone[id]),
  ])
  return {
    ...verdict,
    ...Object.fromEntries(same.map((name) => [name, known[name]])),
    nodes: patched(known.nodes, verdict.nodes, gone[MAIN]),
    graphs: Object.fromEntries(after.filter(([, nodes]) => Object.keys(nodes).length > 0)),
  }
}

function patched(
  known: Nodes = {},
  changed: Nodes = {},
  gone: readonly string[] = [],
): Record<string, NodeVerdict> {
  const nodes = { ...known, ...changed }
  for (const id of gone) delete nodes[id]
  return nodes
}
