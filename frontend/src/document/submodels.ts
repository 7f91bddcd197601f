/** Sub-models: their ports, their calls, and the path from the model to each. */
import type { Document, Endpoint, Entry, Graph, Node, Port } from '../contract'
import { t } from '../words/t'
import { MODEL } from './calls'
import { freeName } from './clipboard'
import { inputsOf, isInput } from './inputs'
import { labelOf, PLAIN, type Ports } from './layers'
import { graphsOf, lookup, ownerOf } from './lookup'
import { computable } from './order'

export const MAIN = 'main'
/** The category of sub-models in the palette. */
export const CATEGORY = t('document.subModels')

/** Return the name of a graph. */
export function graphName(document: Document, id: string): string {
  if (id === MAIN) return document.name || t('common.untitled')
  return graphsOf(document).get(id)?.name || MODEL
}

/**
 * Return the shortest path of graphs from the model to this one, both included. A graph that
 * nothing calls follows the model directly.
 */
export function pathTo(document: Document, id: string): string[] {
  const before = new Map<string, string | null>([[MAIN, null]])
  for (const graph of before.keys()) {
    for (const called of calledIn(document, graph))
      if (!before.has(called)) before.set(called, graph)
  }
  const path: string[] = []
  for (let at: string | null = before.has(id) ? id : MAIN; at; at = before.get(at) ?? null)
    path.unshift(at)
  return before.has(id) ? path : [...path, id]
}

function calledIn(document: Document, id: string): string[] {
  return (graphsOf(document).get(id)?.nodes ?? []).flatMap(({ layer, graph: called }) =>
    layer === MODEL && called ? [called] : [],
  )
}

/** Return a node's title: its own name, else that of its sub-model or layer. */
export function titleOf(document: Document, graph: Graph, node: Node): string {
  return labelOf(node, { models: graphsOf(document) }, graph)
}

/** Return the title of a node of the model by its id; it may no longer exist. */
export function titleInModel(document: Document, id: string): string {
  return knownTitle(document, id) ?? t('common.missingNode')
}

/** Return the title of a node of the model by its id, if it exists. */
export function knownTitle(document: Document, id: string): string | undefined {
  const graph = graphsOf(document).get(MAIN)
  const node = graph && lookup(graph).nodes.get(id)
  return graph && node && titleOf(document, graph, node)
}

/** Return the titles of the nodes on a path, the sub-models first, if they all exist. */
export function pathTitle(document: Document, path: readonly string[]): string | undefined {
  let graph = graphsOf(document).get(MAIN)
  const titles: string[] = []
  for (const id of path) {
    const node = graph && lookup(graph).nodes.get(id)
    if (!graph || !node) return undefined
    titles.push(titleOf(document, graph, node))
    graph = graphsOf(document).get(calledBy(graph, node) ?? '')
  }
  return titles.join(' › ')
}

/** Return the graph that a node calls, also when it shares the weights of another call. */
export function calledBy(graph: Graph, node: Node): string | null {
  const owner = ownerOf(graph, node)
  return owner?.layer === MODEL ? owner.graph : null
}

/** Return the nodes that call a graph, each with the graph it is in; shared calls too. */
export function callsOf(document: Document, id: string): { graph: Graph; node: Node }[] {
  return document.graphs.flatMap((graph) =>
    graph.nodes.filter((node) => calledBy(graph, node) === id).map((node) => ({ graph, node })),
  )
}

/** Return a name for a new sub-model: "Block", "Block_1" … */
export function freeGraphName({ graphs }: Document): string {
  return freeName(t('document.newGraph'), new Set(graphs.map(({ name }) => name)))
}

/** An entry of the palette: a layer, or a call of a sub-model. */
export interface Placeable extends Entry {
  graph?: string
}

/** Return the sub-models as entries for the graph `into`; those that contain it are refused. */
export function placeableModels(document: Document, into: string): Placeable[] {
  return document.graphs
    .filter(({ id }) => id !== MAIN)
    .map((graph) => ({
      name: graphName(document, graph.id),
      graph: graph.id,
      path: '',
      kind: 'layer',
      category: CATEGORY,
      code: '',
      summary: t('document.modelSummary'),
      help: '',
      ...portsOfModel(graph),
      inputs: [...portsOfModel(graph).inputs],
      outputs: [...portsOfModel(graph).outputs],
      params: [],
      takes_training: true,
      ranks: [],
      refused: holds(document, graph.id, into) ? t('document.containsItself') : null,
    }))
}

/** Whether a graph is, or contains at any depth, another. */
function holds(document: Document, outer: string, inner: string): boolean {
  const reached = new Set([outer])
  for (const graph of reached) for (const called of calledIn(document, graph)) reached.add(called)
  return reached.has(inner)
}

/**
 * The ports of a call of a graph, as the engine has them (engine.graph.ports.Outline.model_ports): one
 * input is "inputs" and one output "output"; several are named after the nodes inside.
 */
export function portsOfModel(graph: Graph): Ports {
  return {
    inputs: named(
      inputsOf(graph).map(({ id }) => id),
      'inputs',
    ),
    outputs: named(
      endpointsOf(graph).map(({ node, port }) => (port === 'output' ? node : `${node}_${port}`)),
      'output',
    ),
  }
}

/** Return the outputs of a graph: those that it lists, else every node that feeds no other. */
export function endpointsOf(graph: Graph): Endpoint[] {
  const { nodes, from } = lookup(graph)
  if (graph.outputs.length > 0) return graph.outputs.filter(({ node }) => nodes.has(node))
  const feeds = (id: string) => from.get(id)?.some(({ target }) => nodes.has(target)) === true
  return computable(graph)
    .filter((node) => !isInput(node) && !feeds(node.id))
    .map(({ id }) => ({ node: id, port: 'output' }))
}

function named(ids: readonly string[], single: string): Port[] {
  if (ids.length === 1) return [{ ...PLAIN, name: single }]
  const taken = new Set<string>()
  return ids.map((id) => {
    const name = free(
      `${/^[A-Za-z]/.test(id) ? '' : 'n'}${id}`.replace(/\W/g, '_').slice(0, 60),
      taken,
    )
    taken.add(name)
    return { ...PLAIN, name }
  })
}

function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 1; ; number += 1)
    if (!taken.has(`${name}_${number}`)) return `${name}_${number}`
}
