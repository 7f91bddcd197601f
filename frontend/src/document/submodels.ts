/** Graphs that others call: their ports, and the way from the model to one of them. */
import type { Document, Graph, Port } from '../contract'
import { lookup } from './layers'
import { inOrder } from './order'

export const MAIN = 'main'
export const MODEL = 'Model'

export interface CalledPorts {
  inputs: readonly Port[]
  outputs: readonly Port[]
}

/** What a graph is called. */
export function graphName(document: Document, id: string): string {
  if (id === MAIN) return document.name || 'Untitled'
  return document.graphs.find((graph) => graph.id === id)?.name || id
}

/**
 * The graphs one goes through from the model to this one, both included; the shortest way. A
 * graph that nothing calls stands beside the model.
 */
export function wayTo(document: Document, id: string): string[] {
  const before = new Map<string, string | null>([[MAIN, null]])
  for (const graph of before.keys()) {
    for (const called of callsOf(document, graph))
      if (!before.has(called)) before.set(called, graph)
  }
  const way: string[] = []
  for (let at: string | null = before.has(id) ? id : MAIN; at; at = before.get(at) ?? null)
    way.unshift(at)
  return before.has(id) ? way : [...way, id]
}

function callsOf(document: Document, id: string): string[] {
  const graph = document.graphs.find((one) => one.id === id)
  return (graph?.nodes ?? []).flatMap(({ layer, graph: called }) =>
    layer === MODEL && called ? [called] : [],
  )
}

/**
 * The ports of a call of a graph, as the engine has them (engine.graph.Outline.model_ports): one
 * input is "inputs" and one output "output"; several are called after the nodes inside.
 */
export function portsOfModel(graph: Graph): CalledPorts {
  const inputs = graph.nodes
    .filter(({ layer }) => layer === 'Input')
    .sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x || order(a.id, b.id))
  return {
    inputs: named(
      inputs.map(({ id }) => id),
      'inputs',
    ),
    outputs: named(ends(graph), 'output'),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What the graph returns: what it says, else every node that feeds no other. */
function ends(graph: Graph): string[] {
  const { nodes, from } = lookup(graph)
  if (graph.outputs.length > 0)
    return graph.outputs
      .filter(({ node }) => nodes.has(node))
      .map(({ node, port }) => (port === 'output' ? node : `${node}_${port}`))
  return inOrder(graph)
    .filter(({ id, layer }) => layer !== 'Input' && !from.get(id)?.length)
    .map(({ id }) => id)
}

function named(ids: readonly string[], single: string): Port[] {
  if (ids.length === 1) return [port(single)]
  const taken = new Set<string>()
  return ids.map((id) => {
    const name = free(
      `${/^[A-Za-z]/.test(id) ? '' : 'n'}${id}`.replace(/\W/g, '_').slice(0, 60),
      taken,
    )
    taken.add(name)
    return port(name)
  })
}

function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 1; ; number += 1)
    if (!taken.has(`${name}_${number}`)) return `${name}_${number}`
}

function port(name: string): Port {
  return {
    name,
    variadic: false,
    optional: false,
    when: null,
    count: null,
    spread: false,
    help: '',
  }
}
