/** Indexes of a graph and of a document, so that they are not scanned for each node. */
import type { Document, Edge, Graph, Node } from '../contract'
import { Facts, type Members, membersOf } from './facts'

export interface Lookup {
  nodes: Members<Node>
  edges: Members<Edge>
  /** Wires by the node they end in and begin at. */
  into: ReadonlyMap<string, readonly Edge[]>
  from: ReadonlyMap<string, readonly Edge[]>
  /** The nodes whose weights other nodes share. */
  owners: ReadonlySet<string>
}

const lookups = new WeakMap<Graph, Lookup>()
const graphs = new WeakMap<Document, ReadonlyMap<string, Graph>>()
const wires = new WeakMap<readonly Edge[], Pick<Lookup, 'into' | 'from'>>()
const owners = new Facts<Node, ReadonlySet<string>>(
  (nodes) => new Set(nodes.flatMap(({ shares }) => (shares === null ? [] : [shares]))),
  (before, after) => before.shares === after.shares,
)

/** Return the graphs of a document by id; indexed once for each state of the document. */
export function graphsOf(document: Document): ReadonlyMap<string, Graph> {
  let known = graphs.get(document)
  if (!known) {
    known = new Map(document.graphs.map((graph) => [graph.id, graph]))
    graphs.set(document, known)
  }
  return known
}

/** Return the members of a graph by id and by node; what an edit leaves as it is is not indexed again. */
export function lookup(graph: Graph): Lookup {
  let known = lookups.get(graph)
  if (!known) {
    known = new GraphLookup(graph)
    lookups.set(graph, known)
  }
  return known
}

/** Indexes what is asked for. */
class GraphLookup implements Lookup {
  constructor(readonly graph: Graph) {}

  get nodes(): Members<Node> {
    return membersOf(this.graph.nodes)
  }

  get edges(): Members<Edge> {
    return membersOf(this.graph.edges)
  }

  get into(): Lookup['into'] {
    return wiresOf(this.graph.edges).into
  }

  get from(): Lookup['from'] {
    return wiresOf(this.graph.edges).from
  }

  get owners(): ReadonlySet<string> {
    return owners.of(this.graph.nodes)
  }
}

function wiresOf(edges: readonly Edge[]): Pick<Lookup, 'into' | 'from'> {
  let known = wires.get(edges)
  if (!known) {
    known = { into: grouped(edges, 'target'), from: grouped(edges, 'source') }
    wires.set(edges, known)
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

/** The latest answer of `reached`: it stays the same while the wires do. */
let last: {
  wires: readonly Edge[]
  node: string
  along: 'from' | 'into'
  nodes: ReadonlySet<string>
} | null = null

/** Return a node and all that it leads to along the edges, or all that leads to it. */
export function reached(graph: Graph, node: string, along: 'from' | 'into'): ReadonlySet<string> {
  if (last?.wires === graph.edges && last.node === node && last.along === along) return last.nodes
  const edges = lookup(graph)[along]
  const nodes = new Set([node])
  // The loop also visits members that are added to the set meanwhile.
  for (const id of nodes)
    for (const edge of edges.get(id) ?? []) nodes.add(along === 'from' ? edge.target : edge.source)
  last = { wires: graph.edges, node, along, nodes }
  return nodes
}
