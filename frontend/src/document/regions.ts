/**
 * A further level of folding: between two cards that all paths pass through, branches and the
 * layer that joins them are a block of their own, such as a reduction in an Inception network.
 */
import type { Graph, Node } from '../contract'
import { FOLD, type Fold, folded, foldedNodes } from './folding'
import { lookup } from './lookup'
import { inOrder } from './order'

/** A block of more than this share of the layers is the network itself. */
const MOST = 1 / 3

/** Return folds with those of the blocks between the outermost ones, each before those inside of it. */
export function withRegions(graph: Graph, folds: readonly Fold[]): Fold[] {
  const outer = folds.filter(({ inside }) => inside === null)
  const picture = folded(graph, outer, ({ id }) => id)
  const byId = new Map(outer.map((fold) => [fold.id, fold]))
  const regions = betweenCuts(picture).flatMap(([nodes, end]) => regionOf(graph, byId, nodes, end))
  const around = new Map(regions.flatMap(({ fold, inner }) => inner.map((id) => [id, fold])))
  const shown = new Set<Fold>()
  return folds.flatMap((fold) => {
    const region = fold.inside === null ? around.get(fold.id) : undefined
    if (!region) return [fold]
    const inside = { ...fold, inside: region.id }
    if (shown.has(region)) return [inside]
    shown.add(region)
    return [region, inside]
  })
}

/** The cards between two that all paths pass through, and the second of these. */
function betweenCuts(picture: Graph): [Node[], Node][] {
  const { from, into } = lookup(picture)
  const order = inOrder(picture)
  const places = new Map(order.map(({ id }, at) => [id, at]))
  const result: [Node[], Node][] = []
  let [start, furthest] = [0, 0]
  for (const [at, { id }] of order.entries()) {
    const targets = (from.get(id) ?? []).map(({ target }) => places.get(target) ?? order.length)
    if (at >= furthest) {
      const nodes = order.slice(start + 1, at)
      const leads = (node: Node) => from.has(node.id) && into.has(node.id)
      const end = order[at] as Node
      // A single layer beside a wire, and a layer that joins both, are no block: a shortcut.
      const isBlock = nodes.length > (end.layer === FOLD ? 0 : 1)
      if (isBlock && nodes.every(leads)) result.push([nodes, end])
      start = at
    }
    furthest = Math.max(furthest, at + 1, ...targets)
  }
  return result
}

/** The fold of branches and of what is at their end, a layer or a fold of one part. */
function regionOf(
  graph: Graph,
  folds: ReadonlyMap<string, Fold>,
  branches: readonly Node[],
  end: Node,
): { fold: Fold; inner: string[] }[] {
  const all = [...branches, end]
  const inner = all.filter(({ id }) => folds.has(id)).map(({ id }) => id)
  const last = folds.get(end.id)
  const isAlone = inner.length === (last ? 1 : 0)
  if (isAlone || (last && last.parts.length > 1)) return []
  const idsOf = ({ id }: Node) => {
    const fold = folds.get(id)
    return fold ? foldedNodes(fold) : [id]
  }
  const nodes = lookup(graph).nodes.inOrder(all.flatMap(idsOf))
  if (nodes.length > graph.nodes.length * MOST) return []
  const fold = {
    id: `fold:block:${end.id}`,
    kind: last?.kind ?? 'block',
    stage: last ? last.stage : end.name.trim() || null,
    parts: [nodes.map(({ id }) => id)],
    count: 1,
    inside: null,
  }
  return [{ fold, inner }]
}
