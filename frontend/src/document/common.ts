/** The parameters that several nodes have in common, and setting them at once. */
import type { Entry, Graph, Node, Operation, Param } from '../contract'
import { setParam } from './edits'
import { equal } from './equal'
import type { Layers } from './layers'
import { lookup, ownerOf } from './lookup'

/** The values of a parameter that differ, by node; undefined where a node has its default. */
export class Mixed {
  constructor(readonly values: ReadonlyMap<string, unknown>) {}
}

export interface Common {
  /** An entry with the common parameters alone. */
  entry: Entry
  /** Their values; a `Mixed` where they differ, none where all have the same default. */
  params: Record<string, unknown>
}

/** Return what some nodes have in common: parameters of the same name and the same rule. */
export function commonOf(graph: Graph, layers: Layers, nodes: readonly Node[]): Common | null {
  const types = new Set(nodes.map((node) => ownerOf(graph, node)?.layer ?? ''))
  const entries = [...types].map((layer) => layers.get(layer))
  const [entry] = entries
  if (!entry) return null
  const rules = entry.params.filter(
    (param) =>
      param.type !== 'layers' && entries.every((other) => other?.params.some(isAlike(param))),
  )
  const params: Record<string, unknown> = {}
  for (const { name, at_call } of rules) {
    const values = valuesOf(graph, layers, nodes, name, at_call)
    const [first] = values.values()
    const isSame = [...values.values()].every(({ meant }) => equal(meant, first?.meant))
    const isSet = [...values.values()].some(({ value }) => value !== undefined)
    if (!isSame) params[name] = new Mixed(mapped(values))
    else if (isSet) params[name] = first?.meant
  }
  return { entry: { ...entry, params: rules }, params }
}

/** Return the operations that set a common parameter of nodes; undefined is its default. */
export function setCommon(
  graph: Graph,
  layers: Layers,
  nodes: readonly Node[],
  name: string,
  value: unknown,
): Operation[] {
  const param = commonOf(graph, layers, nodes)?.entry.params.find((rule) => rule.name === name)
  if (!param) return []
  return holders(graph, nodes, param.at_call).flatMap(({ id, params }) => {
    const wanted = value instanceof Mixed ? value.values.get(id) : value
    return equal(params[name], wanted) ? [] : [setParam(graph.id, id, name, wanted)]
  })
}

interface Value {
  value: unknown
  /** The value, or the default where there is none. */
  meant: unknown
}

function valuesOf(
  graph: Graph,
  layers: Layers,
  nodes: readonly Node[],
  name: string,
  atCall: boolean,
): Map<string, Value> {
  return new Map(
    holders(graph, nodes, atCall).map((node) => {
      const value = node.params[name]
      const layer = ownerOf(graph, node)?.layer ?? ''
      const fallback = layers.get(layer)?.params.find((param) => param.name === name)?.default
      return [node.id, { value, meant: value === undefined ? (fallback ?? null) : value }]
    }),
  )
}

function mapped(values: ReadonlyMap<string, Value>): Map<string, unknown> {
  return new Map([...values].map(([id, { value }]) => [id, value]))
}

/** The nodes that hold a parameter: of a shared layer its owner, except for call arguments. */
function holders(graph: Graph, nodes: readonly Node[], atCall: boolean): Node[] {
  if (atCall) return [...nodes]
  const ids = new Set(nodes.map((node) => ownerOf(graph, node)?.id ?? node.id))
  return [...ids].flatMap((id) => lookup(graph).nodes.get(id) ?? [])
}

function isAlike(param: Param): (other: Param) => boolean {
  const rule = ({ name, type, choices, minimum, maximum, length, nullable, at_call }: Param) => ({
    ...{ name, type, choices, minimum },
    ...{ maximum, length, nullable, at_call },
  })
  return (other) => equal(rule(param), rule(other))
}
