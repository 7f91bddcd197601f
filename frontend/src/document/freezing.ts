/** Frozen layers, and which calls take `training`; the engine's rules (engine/graph/freezing.py). */
import type { Graph, Node, Operation } from '../contract'
import { MODEL } from './calls'
import { nodePath } from './edits'
import { isInput } from './inputs'
import type { Layers } from './layers'
import { ownerOf } from './lookup'

/** Whether Keras makes a layer or a model of a node, which may have weights. */
export function canFreeze(node: Node): boolean {
  return !isInput(node) && !node.layer.startsWith('ops.')
}

/** Whether the layer that a node calls is frozen: a node that shares a layer follows its owner. */
export function isFrozen(graph: Graph, node: Node): boolean {
  const owner = ownerOf(graph, node)
  return owner?.frozen === true && canFreeze(owner)
}

/** Whether the call of a node takes `training`, and may compute something else with it. */
export function takesTraining(graph: Graph, node: Node, layers: Layers): boolean {
  const owner = ownerOf(graph, node)
  if (!owner) return false
  return owner.layer === MODEL || layers.get(owner.layer)?.takes_training === true
}

/** Return the operations that freeze or unfreeze the layers that some nodes call. */
export function freeze(graph: Graph, nodes: readonly Node[], frozen: boolean): Operation[] {
  const owners = new Set(nodes.map((node) => ownerOf(graph, node)))
  return [...owners]
    .filter((owner) => owner !== undefined)
    .filter((owner) => canFreeze(owner) && owner.frozen !== frozen)
    .map(({ id }) => ({ type: 'set', path: nodePath(graph.id, id, 'frozen'), value: frozen }))
}
