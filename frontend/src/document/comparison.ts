/** What a picture of a graph shows when it is compared with an earlier one. */
import type { Edge, Graph, Node } from '../contract'
import { type Mark, marksOf, nodesOf, wireKey } from './difference'
import { freePlace } from './geometry'

export interface Comparison {
  /** How nodes differ, by id; removed ones too. */
  marks: ReadonlyMap<string, Mark>
  /** The removed nodes, where no card covers them. */
  ghosts: readonly Node[]
  /** The ids of the wires that were added. */
  added: ReadonlySet<string>
  removed: readonly Edge[]
}

/** More ghosts stay where they were, because looking for free places would take too long. */
const MOST_MOVED = 100

/** Compare a graph with an earlier one; undefined stands for none. */
export function compare(before: Graph | undefined, after: Graph): Comparison {
  const marks = marksOf(nodesOf(after.id, before, after), after.id)
  const [old, now] = [before?.edges ?? [], after.edges]
  const [oldKeys, nowKeys] = [new Set(old.map(wireKey)), new Set(now.map(wireKey))]
  return {
    marks,
    ghosts: ghostsOf(before?.nodes.filter(({ id }) => marks.get(id) === 'removed') ?? [], after),
    added: new Set(now.filter((edge) => !oldKeys.has(wireKey(edge))).map(({ id }) => id)),
    removed: old.filter((edge) => !nowKeys.has(wireKey(edge))),
  }
}

function ghostsOf(nodes: readonly Node[], { nodes: cards }: Graph): Node[] {
  if (nodes.length > MOST_MOVED) return [...nodes]
  const placed: Node[] = []
  for (const node of nodes)
    placed.push({ ...node, position: freePlace([...cards, ...placed], node.position) })
  return placed
}
