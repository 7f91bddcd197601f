/** Copying parts of a graph as JSON text, and validating such text before it is pasted. */
import type { Edge, Graph, Node, Operation, Position } from '../contract'
import { addEdge, addNodes } from './edits'
import { newId } from './ids'
import { EDGE, fill, isId, isObject, NODE, RefusedError } from './model'

const MARK = 'layerloom'
const LARGEST = 5_000_000
const MOST = 5_000

export interface Fragment {
  nodes: Node[]
  edges: Edge[]
  /** The wires that come into it from outside. */
  outer?: Edge[]
}

/** Return the chosen nodes and the wires between them. */
export function cut(graph: Graph, ids: ReadonlySet<string>): Fragment {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    outer: graph.edges.filter((edge) => !ids.has(edge.source) && ids.has(edge.target)),
  }
}

export function toText(fragment: Fragment): string {
  return JSON.stringify({ [MARK]: 1, ...fragment }, null, 1)
}

/** Return the fragment in a text, or null for any other text. */
export function fromText(text: string): Fragment | null {
  if (text.length > LARGEST || !text.includes(MARK)) return null
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value) || value[MARK] !== 1) return null
    const nodes = members<Node>(value.nodes, (item) => fill(NODE, item))
    const edges = members<Edge>(value.edges, (item) => fill(EDGE, item))
    const outer = members<Edge>(value.outer ?? [], (item) => fill(EDGE, item))
    return nodes.every(isSound) ? { nodes, edges, outer } : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RefusedError) return null
    throw error
  }
}

function members<T>(value: unknown, complete: (item: unknown) => unknown): T[] {
  if (!Array.isArray(value) || value.length > MOST) throw new RefusedError('bad_value', 'No list.')
  return value.map((item) => complete(item) as T)
}

function isSound({ id, layer, name, position }: Node): boolean {
  const numbers = [position.x, position.y].every((value) => Number.isFinite(value))
  return isId(id) && typeof layer === 'string' && typeof name === 'string' && numbers
}

/**
 * Return the operations that add a fragment with new ids, moved, and the ids of its nodes. With
 * `outer`, the copies are fed by what fed the originals, as far as it is still there.
 */
export function paste(
  graph: Graph,
  fragment: Fragment,
  move: Position,
  outer = false,
): { operations: Operation[]; nodes: string[] } {
  const ids = new Map(fragment.nodes.map((node) => [node.id, newId()]))
  const present = new Set(graph.nodes.map((node) => node.id))
  const names = new Set(graph.nodes.map((node) => node.name))
  const nodes = fragment.nodes.map((node): Node => {
    const shares = node.shares && (ids.get(node.shares) ?? node.shares)
    const name = node.name && freeName(node.name, names)
    names.add(name)
    return {
      ...node,
      id: ids.get(node.id) as string,
      name,
      position: { x: node.position.x + move.x, y: node.position.y + move.y },
      shares: shares && (present.has(shares) || ids.has(node.shares ?? '')) ? shares : null,
    }
  })
  const inner = fragment.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target))
  const fed = (fragment.outer ?? []).filter(
    (edge) => present.has(edge.source) && ids.has(edge.target),
  )
  const edges = outer ? [...inner, ...fed] : inner
  return {
    nodes: nodes.map(({ id }) => id),
    operations: [
      ...addNodes(graph, nodes),
      ...edges.map((edge) => {
        const source = ids.get(edge.source) ?? edge.source
        const target = ids.get(edge.target) as string
        return addEdge(graph.id, { ...edge, id: newId(), source, target })
      }),
    ],
  }
}

/** Return a name like `name` that is not taken: "conv_1" after "conv". */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const stem = name.replace(/_\d+$/, '')
  for (let number = 1; ; number++) {
    const candidate = `${stem}_${number}`
    if (!taken.has(candidate)) return candidate
  }
}
