/** The catalogue's facts about a node: its entry, its ports, its category. */
import type { Catalogue, Entry, Graph, Node, Port } from '../contract'
import { t } from '../words/t'
import { MODEL } from './calls'
import { equal } from './equal'
import { ownerOf } from './lookup'
import { isObject } from './model'
import { type Models, titlesOf } from './titles'

/** The catalogue's layers by name, and the document's sub-models by graph. */
export interface Layers extends ReadonlyMap<string, Entry> {
  readonly models?: ReadonlyMap<string, Model>
}

const indices = new WeakMap<Catalogue, Layers>()

/** Return the catalogue's layers by name; indexed once. */
export function layersOf(catalogue: Catalogue): Layers {
  let index = indices.get(catalogue)
  if (!index) {
    index = new Map(catalogue.layers.map((entry) => [entry.name, entry]))
    indices.set(catalogue, index)
  }
  return index
}

/** Return the colour token of a layer: its category's, inputs have their own. */
export function colorOf(catalogue: Catalogue, entry: Entry | undefined): string {
  if (!entry || entry.name === 'Input') return 'io'
  return catalogue.categories.find(({ name }) => name === entry.category)?.color ?? 'io'
}

/**
 * Return a node's label: its own name, else its title in its graph (Dense, Dense 2), else, if it is
 * in none yet, the name of its sub-model or layer.
 */
export function labelOf(node: Named, layers?: { models?: Models }, graph?: Graph): string {
  const { models } = layers ?? {}
  const title = graph && node.id && titlesOf(graph, models).get(node.id)
  return node.name.trim() || title || models?.get(node.graph ?? '')?.name || node.layer
}

type Named = Pick<Node, 'name' | 'layer'> & Partial<Pick<Node, 'id' | 'graph'>>

/** Return what kind of thing a node is where its label does not say so; else nothing. */
export function kindBeside(node: Node, label: string, kind = kindOf(node)): string {
  return node.name.trim() && kind.toLowerCase() !== label.toLowerCase() ? kind : ''
}

/** Return what kind of thing a node is, in words. */
export function kindOf({ layer }: Pick<Node, 'layer'>): string {
  return layer === 'Model' ? t('document.subModel') : layer
}

/** Return the entry with the parameters of its call alone, or of its constructor. */
export function only(entry: Entry, atCall: boolean): Entry {
  return { ...entry, params: entry.params.filter(({ at_call }) => at_call === atCall) }
}

export interface Ports {
  inputs: readonly Port[]
  outputs: readonly Port[]
}

/** A sub-model as its calls show it. */
export interface Model extends Ports {
  name: string
}

/** A port for a single edge. */
export const PLAIN: Port = {
  name: 'inputs',
  variadic: false,
  optional: false,
  when: null,
  count: null,
  spread: false,
  help: '',
}
/** The engine's limit of outputs per node. */
const MOST_OUTPUTS = 4096
const OUTPUT: Port = { ...PLAIN, name: 'output' }

/** The ports that are drawn for a node of unknown ports. */
const UNKNOWN: Ports = { inputs: [PLAIN], outputs: [OUTPUT] }

/**
 * Return the ports a node has, as its parameters are now. The engine has the same rules
 * (engine.graph.ports), and both are tested with tests/ports.json.
 */
export function portsOf(graph: Graph, node: Node, layers: Layers): Ports {
  const owner = ownerOf(graph, node)
  if (owner?.layer === MODEL) return layers.models?.get(owner.graph ?? '') ?? UNKNOWN
  const entry = owner && layers.get(owner.layer)
  if (!entry || entry.refused !== null) return UNKNOWN
  const params = paramsOfCall(owner, node, entry)
  const present = (port: Port) => isPresent(port, params, entry)
  const outputs = entry.outputs.filter(present).flatMap((port) => repeated(port, params))
  return { inputs: entry.inputs.filter(present), outputs }
}

/** Return the parameters of a call: its owner's layer, with the call arguments of the node itself. */
export function paramsOfCall(owner: Node, node: Node, entry: Entry): Node['params'] {
  if (owner === node) return node.params
  const atCall = new Set(entry.params.filter(({ at_call }) => at_call).map(({ name }) => name))
  if (atCall.size === 0) return owner.params
  const constructed = Object.entries(owner.params).filter(([name]) => !atCall.has(name))
  const called = Object.entries(node.params).filter(([name]) => atCall.has(name))
  return Object.fromEntries([...constructed, ...called])
}

/** The outputs that `port.count` asks for: n parts, or one more than there are cuts. */
function repeated(port: Port, params: Node['params']): Port[] {
  const value = port.count !== null && params[port.count]
  const count = Array.isArray(value) ? value.length + 1 : value
  if (typeof count !== 'number' || !Number.isInteger(count)) return [port]
  const more = Math.max(0, Math.min(count, MOST_OUTPUTS) - 1)
  const others = Array.from({ length: more }, (_, at) => ({
    ...port,
    name: `${port.name}_${at + 1}`,
  }))
  return [port, ...others]
}

function isPresent(port: Port, params: Node['params'], entry: Entry): boolean {
  if (!port.when) return true
  if (port.when.holding.length > 0 && !holds(params, port.when.holding)) return false
  return equal(valueAt(params, port.when.param.split('.'), entry), port.when.equals)
}

/** Whether a value contains an object of one of these classes, at any depth. */
function holds(value: unknown, classes: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((item) => holds(item, classes))
  if (!isObject(value)) return false
  return classes.includes(String(value.class)) || holds(Object.values(value), classes)
}

/** The value of a parameter, which may be nested in an object; its default where it is unset. */
function valueAt(params: unknown, path: readonly string[], entry: Entry | null): unknown {
  const [name = '', ...rest] = path
  const set = isObject(params) && Object.hasOwn(params, name)
  const fallback = entry?.params.find((param) => param.name === name)?.default ?? null
  const value = set ? params[name] : fallback
  if (rest.length === 0) return value ?? null
  return isObject(value) ? (valueAt(value.params, rest, null) ?? false) : false
}
