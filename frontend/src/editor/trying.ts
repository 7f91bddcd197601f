/** One layer alone: which layers can be tried, and with what input. */
import type { Node } from '../contract'
import { isInput } from '../document/inputs'
import { lookup, ownerOf } from '../document/lookup'
import type { Canvas } from './canvas.svelte'

/** An input of more numbers is too large to be given by hand. */
const MOST = 4_096

/** Return the shape that arrives at a layer, without the batch axis; open axes get 4 values. */
export function shapeInto(canvas: Canvas, node: Node): number[] | null {
  const wires = lookup(canvas.graph).into.get(node.id) ?? []
  const [wire] = wires
  const shape = wires.length === 1 && wire ? canvas.tensorOf(wire)?.shape : undefined
  return shape ? shape.slice(1).map((axis) => axis ?? 4) : null
}

/** Whether a node is a layer with one known input, which is not too large. */
export function canTry(canvas: Canvas, node: Node): boolean {
  const shape = shapeInto(canvas, node)
  const size = shape?.reduce((product, axis) => product * axis, 1) ?? 0
  return !isInput(node) && !node.graph && size > 0 && size <= MOST
}

/** Return the layer and the parameters of a node; those of the layer that it calls. */
export function layerOf(canvas: Canvas, node: Node): Pick<Node, 'layer' | 'params'> {
  return ownerOf(canvas.graph, node) ?? node
}
