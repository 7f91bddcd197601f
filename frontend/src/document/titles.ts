/** What nodes are called on the page and in messages. */
import type { Graph, Node } from '../contract'
import { Facts } from './facts'
import { ownerOf } from './lookup'

/** The sub-models of a document by their graphs. */
export type Models = ReadonlyMap<string, { name: string }>

const MODEL = 'Model'
const NONE: Models = new Map()
/** Titles depend on names and layers; they are found when they are asked for. */
const known = new Facts<Node, { models?: Models; titles?: ReadonlyMap<string, string> }>(
  () => ({}),
  (before, after) =>
    before.name === after.name &&
    before.layer === after.layer &&
    before.shares === after.shares &&
    before.graph === after.graph,
)

/**
 * Return the titles of the nodes without a name, by node id: that of their sub-model or layer,
 * numbered in the order of the document where it is taken: Dense, Dense 2. The engine has the same
 * rule (engine.graph.titles), and both are tested with tests/titles.json.
 */
export function titlesOf(graph: Graph, models: Models = NONE): ReadonlyMap<string, string> {
  const last = known.of(graph.nodes)
  if (!last.titles || last.models !== models)
    Object.assign(last, { models, titles: numbered(graph, models) })
  return last.titles as ReadonlyMap<string, string>
}

function numbered(graph: Graph, models: Models): Map<string, string> {
  const taken = new Set(graph.nodes.map(({ name }) => name.trim()))
  const counts = new Map<string, number>()
  const titles = new Map<string, string>()
  for (const node of graph.nodes) {
    if (node.name.trim()) continue
    const title = free(kindOf(graph, node, models), taken, counts)
    taken.add(title)
    titles.set(node.id, title)
  }
  return titles
}

/** The name of what a node calls: its sub-model or its layer. */
function kindOf(graph: Graph, node: Node, models: Models): string {
  if (node.layer !== MODEL) return node.layer
  return models.get(ownerOf(graph, node)?.graph ?? '')?.name.trim() || node.layer
}

/** The first of `kind`, `kind 2`, `kind 3`… that is not taken; `counts` keeps it linear. */
function free(kind: string, taken: ReadonlySet<string>, counts: Map<string, number>): string {
  let title = kind
  while (taken.has(title)) {
    const count = (counts.get(kind) ?? 1) + 1
    counts.set(kind, count)
    title = `${kind} ${count}`
  }
  return title
}
