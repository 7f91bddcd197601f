/** The stages of a graph: the layers whose names begin alike, such as "conv2_block1_1_conv". */
import type { Node } from '../contract'
import { boundsOf, type Rect } from './geometry'
import { placesOf } from './places'

export interface Stage {
  name: string
  nodes: readonly Node[]
  bounds: Rect
}

const LEAST = 3
/** A stage is a region of the canvas: most of the cards in its bounds are its own. */
const OWN = 0.7
/** "block2b_expand" is of block2, "conv3_block1" of conv3. */
const FIRST = /^([A-Za-z]+_?\d+)[a-z]?(?=[_/.-]|$)|^([A-Za-z]+)(?=[_/.-])/
const BLOCK = /^[A-Za-z]+_?\d+[a-z](?=[_/.-]|$)/

const stages = new WeakMap<readonly Node[], readonly Stage[]>()

/** Return the stages of a graph, in its order; computed once for each state of the graph. */
export function stagesOf({ nodes }: { nodes: readonly Node[] }): readonly Stage[] {
  let known = stages.get(nodes)
  if (!known) {
    known = divided(nodes, stageNameOf)
    stages.set(nodes, known)
  }
  return known
}

/** Return the first part of a name, unless it only says what kind of layer it is. */
export function stageNameOf({ name, layer }: Pick<Node, 'name' | 'layer'>): string | null {
  const match = plain(name) === plain(layer) ? null : FIRST.exec(name)
  return match?.[1] ?? match?.[2] ?? null
}

/** Return the block, counted by letters, that a name belongs to, "block2b" of "block2b_expand"; null without one. */
export function blockNameOf({ name }: Pick<Node, 'name'>): string | null {
  return BLOCK.exec(name)?.[0] ?? null
}

function plain(name: string): string {
  return name.replace(/[\d_]+/g, '').toLowerCase()
}

/** Return the groups of nodes with the same name that lie together. */
export function divided(
  nodes: readonly Node[],
  nameOf: (node: Node) => string | null,
): readonly Stage[] {
  const groups = new Map<string, Node[]>()
  for (const node of nodes) {
    const name = nameOf(node)
    if (!name) continue
    const group = groups.get(name)
    if (group) group.push(node)
    else groups.set(name, [node])
  }
  return [...groups].flatMap(([name, members]) => {
    const kinds = new Set(members.map(({ layer }) => layer))
    const bounds = members.length < LEAST || kinds.size === 1 ? null : regionOf(nodes, members)
    return bounds ? [{ name, nodes: members, bounds }] : []
  })
}

/** Return the bounds of nodes of a graph, if hardly any other lies in them. */
export function regionOf(nodes: readonly Node[], members: readonly Node[]): Rect | null {
  const bounds = boundsOf(members)
  if (!bounds) return null
  const inside = [...placesOf({ nodes: nodes as Node[] }).within(bounds)].length
  return members.length >= inside * OWN ? bounds : null
}
