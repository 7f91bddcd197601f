/** Indexes of a graph and of a document, so that they are not scanned for each node. */
import type { Document, Edge, Graph, Node } from '../contract'

export interface Lookup {
  nodes: ReadonlyMap<string, Node>
  edges: ReadonlyMap<string, Edge>
  /** Wires by the node they end in and begin at. */
  into: ReadonlyMap<string, readonly Edge[]>
  from: ReadonlyMap<string, readonly Edge[]>
  /** The nodes whose weights other nodes share. */
  owners: ReadonlySet<string>
}

const lookups = new WeakMap<Graph, Lookup>()
const graphs = new WeakMap<Document, ReadonlyMap<string, Graph>>()

/** Return the graphs of a document by id; indexed once for each state of the document. */
export function graphsOf(document: Document): ReadonlyMap<string, Graph> {
  let known = graphs.get(document)
  if (!known) {
    known = new Map(document.graphs.map((graph) => [graph.id, graph]))
    graphs.set(document, known)
  }
  return known
}

/** Return the members of a graph by id and by node; indexed once for each state of the graph. */
export function lookup(graph: Graph): Lookup {
  let known = lookups.get(graph)
  if (!known) {
    known = {
      nodes: new Map(graph.nodes.map((node) => [node.id, node])),
      edges: new Map(graph.edges.map((edge) => [edge.id, edge])),
      into: grouped(graph.edges, 'target'),
      from: grouped(graph.edges, 'source'),
      owners: new Set(graph.nodes.flatMap(({ shares }) => (shares === null ? [] : [shares]))),
    }
    lookups.set(graph, known)
  }
  return known
}

/** Return the node whose layer a node calls: itself, or the end of its `shares`; as the engine does. */
export function ownerOf(graph: Graph, node: Node): Node | undefined {
  const { nodes } = lookup(graph)
  const seen = new Set<string>()
  let owner: Node | undefined = node
  while (owner && owner.shares !== null) {
    if (seen.has(owner.id)) return undefined
    seen.add(owner.id)
    owner = nodes.get(owner.shares)
  }
  return owner
}

function grouped(edges: readonly Edge[], end: 'source' | 'target'): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>()
  for (const edge of edges) {
    const group = groups.get(edge[end])
    if (group) group.push(edge)
    else groups.set(edge[end], [edge])
  }
  return groups
}

/** Return a node and all that it leads to along the edges, or all that leads to it. */
export function reached(graph: Graph, node: string, along: 'from' | 'into'): Set<string> {
  const edges = lookup(graph)[along]
  const nodes = new Set([node])
  // The loop also visits members that are added to the set meanwhile.
  for (const id of nodes)
    for (const edge of edges.get(id) ?? []) nodes.add(along === 'from' ? edge.target : edge.source)
  return nodes
}
