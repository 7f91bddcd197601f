/** Folding: a picture of a graph in which repeated parts are single cards; the graph stays as it is. */
import type { Edge, Graph, Node, Position, Repeat } from '../contract'
import { newNode } from './edits'
import { groupBy } from './groups'
import { lookup } from './lookup'
import { blockNameOf, stageNameOf } from './stages'

/** Parts of the same structure, one after the other, that are shown as a single card. */
export interface Fold {
  id: string
  /** The name of the function that these parts would be in generated code. */
  kind: string
  /** What the names of its layers begin with. */
  stage: string | null
  parts: readonly (readonly string[])[]
  /** How many blocks these are: those that names count ("block5a", "block5b"), else the parts. */
  count: number
  /** The id of the smallest fold around it: it is shown while that one is open. */
  inside: string | null
}

/** The layer of a card that stands for folded nodes. */
export const FOLD = 'fold'

interface Part {
  kind: string
  stage: string | null
  block: string | null
  nodes: readonly string[]
}

/** Return the runs of repeated parts of a graph, each followed by those that are inside of it. */
export function foldsOf(graph: Graph, repeats: readonly Repeat[]): Fold[] {
  const { nodes } = lookup(graph)
  const order = new Map(graph.nodes.map(({ id }, at) => [id, at]))
  const parts = repeats
    .filter((repeat) => repeat.graph === graph.id && repeat.nodes.every((id) => nodes.has(id)))
    .map(
      (repeat): Part => ({
        kind: repeat.name,
        stage: sharedName(graph, repeat.nodes, stageNameOf),
        block: sharedName(graph, repeat.nodes, blockNameOf),
        // As in the document, so that the colours on its card are in the order of its layers.
        nodes: repeat.nodes.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
      }),
    )
  return foldsIn(graph, parts, null)
}

/** Of two parts that overlap, one contains the other. */
function foldsIn(graph: Graph, parts: readonly Part[], outer: Fold | null): Fold[] {
  const largest = new Map<string, Part>()
  for (const part of parts.toSorted((a, b) => b.nodes.length - a.nodes.length))
    if (!largest.has(part.nodes[0] ?? '')) for (const id of part.nodes) largest.set(id, part)
  const families = groupBy(parts, ({ nodes }) => largest.get(nodes[0] ?? ''))
  const tops = parts.filter((part) => families.has(part))
  return runsOf(graph, tops).flatMap((run) => {
    const fold = foldOf(run, outer)
    const inner = run.flatMap((part) => families.get(part) ?? [])
    return [
      fold,
      ...foldsIn(
        graph,
        inner.filter((part) => !run.includes(part)),
        fold,
      ),
    ]
  })
}

/** Join parts that follow each other and have the same structure, or belong to one stage. */
function runsOf(graph: Graph, parts: readonly Part[]): Part[][] {
  const stages = groupBy(parts, ({ stage }) => stage)
  /** A stage has several parts; else its name is that of a single part. */
  const isStage = (stage: string | null) => stage !== null && (stages.get(stage)?.length ?? 0) > 1
  const joins = (a: Part, b: Part) =>
    a.stage === b.stage
      ? a.kind === b.kind || isStage(a.stage)
      : a.kind === b.kind && !isStage(a.stage) && !isStage(b.stage)
  const runs: Part[][] = []
  for (const part of parts) {
    const run = runs.findLast(([first]) => first !== undefined && joins(first, part))
    if (run && follows(graph, part, run)) run.push(part)
    else runs.push([part])
  }
  return runs.flatMap((run) => (isThrough(graph, run) ? [run] : run.map((part) => [part])))
}

/** Whether a run is passed from end to end: at most one part before its last is read from outside. */
function isThrough(graph: Graph, run: readonly Part[]): boolean {
  const { from } = lookup(graph)
  const inside = new Set(run.flatMap(({ nodes }) => nodes))
  const isRead = (id: string) => (from.get(id) ?? []).some(({ target }) => !inside.has(target))
  return run.slice(0, -1).filter(({ nodes }) => nodes.some(isRead)).length <= 1
}

function foldOf(run: readonly Part[], outer: Fold | null): Fold {
  const [first] = run as [Part]
  const isOne = (values: readonly unknown[]) => new Set(values).size === 1
  // Of "projection_block" and "residual_block", "block" is what both are.
  const kind = isOne(run.map((part) => part.kind)) ? first.kind : 'block'
  const stage = isOne(run.map((part) => part.stage)) ? first.stage : null
  const id = `${outer ? `${outer.id}/` : 'fold:'}${first.nodes[0]}`
  const parts = run.map(({ nodes }) => nodes)
  const blocks = new Set(run.map(({ block }) => block))
  const count = blocks.has(null) ? parts.length : blocks.size
  return { id, kind, stage, parts, count, inside: outer?.id ?? null }
}

/**
 * Whether a part continues a run: it reads from the last part, and all else that it reads from
 * outside comes from the run, or is what its first part reads, too, such as the end of an encoder.
 */
function follows(graph: Graph, { nodes }: Part, run: readonly Part[]): boolean {
  const last = new Set(run.at(-1)?.nodes)
  const known = new Set([
    ...run.flatMap((part) => part.nodes),
    ...readBy(graph, run[0]?.nodes ?? []),
  ])
  const sources = readBy(graph, nodes)
  return sources.some((id) => last.has(id)) && sources.every((id) => known.has(id))
}

/** Return the nodes outside that these nodes read. */
function readBy(graph: Graph, ids: readonly string[]): string[] {
  const { into } = lookup(graph)
  const inside = new Set(ids)
  const sources = ids.flatMap((id) => (into.get(id) ?? []).map(({ source }) => source))
  return sources.filter((source) => !inside.has(source))
}

/** Return what the names of all these nodes begin with. */
function sharedName(
  graph: Graph,
  ids: readonly string[],
  nameOf: (node: Node) => string | null,
): string | null {
  const { nodes } = lookup(graph)
  const names = new Set(ids.map((id) => nameOf(nodes.get(id) as Node)))
  return names.size === 1 ? ([...names][0] ?? null) : null
}

/** Return the nodes of a fold. */
export function foldedNodes({ parts }: Fold): string[] {
  return parts.flat()
}

/** Return the graph with a card in place of each fold, and `labelOf` as its name. */
export function folded(
  graph: Graph,
  folds: readonly Fold[],
  labelOf: (fold: Fold) => string,
): Graph {
  const { nodes } = lookup(graph)
  const cards = new Map<string, string>()
  const standIns = new Map<string, Node>()
  for (const fold of folds) {
    const ids = foldedNodes(fold)
    const { position } = nodes.get(ids[0] ?? '') as Node
    standIns.set(ids[0] ?? '', {
      ...newNode(FOLD, position, { name: labelOf(fold) }),
      id: fold.id,
    })
    for (const id of ids) cards.set(id, fold.id)
  }
  const shown = graph.nodes.flatMap((node) => {
    const standIn = standIns.get(node.id)
    if (standIn) return [standIn]
    return cards.has(node.id) ? [] : [node]
  })
  return { ...graph, nodes: shown, edges: outside(graph.edges, cards) }
}

/** The edges between cards; those inside of a fold are not shown. */
function outside(edges: readonly Edge[], cards: ReadonlyMap<string, string>): Edge[] {
  const seen = new Set<string>()
  return edges.flatMap((edge) => {
    const source = cards.get(edge.source)
    const target = cards.get(edge.target)
    if (!source && !target) return [edge]
    if (source === target) return []
    const shown = {
      ...edge,
      source: source ?? edge.source,
      source_port: source ? 'output' : edge.source_port,
      target: target ?? edge.target,
      target_port: target ? 'inputs' : edge.target_port,
    }
    // Several layers of a block may read the same tensor.
    const key = `${shown.source} ${shown.source_port} ${shown.target} ${shown.target_port}`
    if (seen.has(key)) return []
    seen.add(key)
    return [shown]
  })
}

/** Return a graph with its nodes at these positions, where they have one. */
export function placed(graph: Graph, positions: ReadonlyMap<string, Position>): Graph {
  if (positions.size === 0) return graph
  const nodes = graph.nodes.map((node) => {
    const position = positions.get(node.id)
    return position ? { ...node, position } : node
  })
  return { ...graph, nodes }
}
