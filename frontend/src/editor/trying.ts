/** One layer alone: which layers can be tried, and with what inputs. */
import type { Edge, Entry, Graph, Node, Tensor } from '../contract'
import { isInput } from '../document/inputs'
import { type Layers, labelOf, paramsOfCall, portsOf } from '../document/layers'
import { lookup, ownerOf } from '../document/lookup'
import { startingParams } from '../document/starters'

/** An input of more numbers is too large to be given by hand. */
const MOST = 4_096
/** The largest number that a layer of the palette starts with: a bench shows every value. */
const SMALL = 3
/** The inputs of a layer that takes any number of them. */
const SEVERAL = 2
/** The shapes of inputs without a wire, by their number of axes. */
const SHAPES: readonly (readonly number[])[] = [[], [2], [3, 2], [4, 4, 1], [3, 3, 3, 1]]

/** What is needed of the canvas. */
interface Shown {
  graph: Graph
  layers: Layers
  tensorOf: (wire: Edge) => Tensor | undefined
}

export interface Place {
  port: string
  shape: readonly number[]
}

/** What lies on the bench: a layer with its parameters, and the inputs that it takes. */
export interface Bench {
  label: string
  layer: string
  params: Node['params']
  inputs: readonly Place[]
  /** The layer of the palette, whose parameters and shapes can be changed; null of a card. */
  entry: Entry | null
}

/** Return the bench of a node, whose inputs have the shapes that arrive; open axes get 4 values. */
export function benchOf(canvas: Shown, node: Node): Bench | null {
  if (isInput(node) || node.graph) return null
  const wires = lookup(canvas.graph).into.get(node.id) ?? []
  const ports = portsOf(canvas.graph, node, canvas.layers).inputs.map(({ name }) => name)
  const sorted = [...wires].sort(
    (a, b) =>
      ports.indexOf(a.target_port) - ports.indexOf(b.target_port) ||
      a.order - b.order ||
      (a.id < b.id ? -1 : 1),
  )
  const inputs = sorted.flatMap((wire) => {
    const shape = canvas.tensorOf(wire)?.shape
    return shape ? [{ port: wire.target_port, shape: shape.slice(1).map((axis) => axis ?? 4) }] : []
  })
  if (inputs.length < wires.length || inputs.length === 0) return null
  if (inputs.some(({ shape }) => sizeOf(shape) === 0 || sizeOf(shape) > MOST)) return null
  const owner = ownerOf(canvas.graph, node)
  const entry = owner && canvas.layers.get(owner.layer)
  if (!owner || !entry) return null
  const label = labelOf(node, canvas.layers, canvas.graph)
  const params = paramsOfCall(owner, node, entry)
  return { label, layer: owner.layer, params, inputs, entry: null }
}

/** Return the bench of a layer of the palette; null if it can't be called alone. */
export function benchOfEntry(entry: Entry): Bench | null {
  if (entry.refused || entry.inputs.length === 0) return null
  const start = Object.entries(startingParams(entry))
  const params = Object.fromEntries(
    start.map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.min(value, SMALL) : value,
    ]),
  )
  const rank = entry.ranks.find((rank) => rank > 0) ?? entry.ranks[0] ?? 1
  const shape = SHAPES[rank] ?? [2]
  const inputs = entry.inputs
    .filter(({ name, optional }) => !optional && !Object.hasOwn(params, name))
    .flatMap(({ name, variadic }) =>
      Array.from({ length: variadic ? SEVERAL : 1 }, () => ({ port: name, shape })),
    )
  return { label: entry.name, layer: entry.name, params, inputs, entry }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1)
}
