/**
 * An encoder and the decoder that attends to it (Vaswani et al., 2017, figure 1): two graphs that
 * only such wires join, and that are drawn side by side.
 */

import { MODEL } from '../calls'
import { FOLD } from '../folding'
import { groupBy } from '../groups'
import type { Shape, Sketch } from './shape'

/** A side of fewer layers is an input of the other. */
const LEAST = 3
/** Where an encoder that is a sub-model's input is used once, the two are branches of a merge. */
const LEAST_CALLS = 2
const CALLS: ReadonlySet<string> = new Set([MODEL, FOLD])

export interface Facing {
  encoder: Sketch
  decoder: Sketch
}

/** Return the two sides of a graph, or null for a graph that has another structure. */
export function facingOf(sketch: Sketch, shape: Shape): Facing | null {
  for (const end of endsOf(sketch, shape)) {
    const encoder = upTo(end, shape)
    if (isFacing(encoder, sketch, shape)) return divided(sketch, encoder)
  }
  return null
}

/** Return the nodes that something attends to: what an attention takes beside its query. */
function endsOf({ nodes, edges }: Sketch, { order, above, below }: Shape): number[] {
  const numbers = new Map(nodes.map(({ id }, at) => [id, at]))
  const into = groupBy(edges, ({ target }) => target)
  return order.filter((node) => {
    const targets = below[node] as number[]
    const id = nodes[node]?.id
    const attends = targets.some((target) => {
      if (!isAttention(nodes[target]?.layer)) return false
      const sources = into.get(nodes[target]?.id as string) ?? []
      const query = sources.find(({ target_port }) => target_port === 'query') ?? sources[0]
      return query && query.source !== id && numbers.has(query.source)
    })
    const calls = targets.filter(
      (target) => CALLS.has(nodes[target]?.layer ?? '') && (above[target]?.length ?? 0) > 1,
    )
    return attends || calls.length >= LEAST_CALLS
  })
}

function isAttention(layer = ''): boolean {
  return layer.endsWith('Attention')
}

/** Return a node and all that it is computed from. */
function upTo(end: number, { above }: Shape): Set<number> {
  const found = new Set([end])
  for (const node of found) for (const before of above[node] as number[]) found.add(before)
  return found
}

/** Whether the rest is one graph with an input of its own. */
function isFacing(encoder: ReadonlySet<number>, sketch: Sketch, shape: Shape): boolean {
  const { count, above, below } = shape
  if (encoder.size < LEAST || count - encoder.size < LEAST) return false
  const rest = [...above.keys()].filter((node) => !encoder.has(node))
  const own = (node: number) => (above[node] as number[]).filter((from) => !encoder.has(from))
  // What has no other input would begin in the air.
  if (rest.some((node) => above[node]?.length && own(node).length === 0)) return false
  const reached = new Set(rest.slice(0, 1))
  for (const node of reached)
    for (const next of [...own(node), ...(below[node] as number[])]) reached.add(next)
  if (reached.size < rest.length) return false
  // An encoder is drawn at the side of what attends to it, not of any two inputs of a merge.
  const joined = rest.filter((node) => own(node).length < (above[node]?.length ?? 0))
  return joined.some((node) => {
    const layer = sketch.nodes[node]?.layer
    return isAttention(layer) || CALLS.has(layer ?? '')
  })
}

function divided({ nodes, edges }: Sketch, encoder: ReadonlySet<number>): Facing {
  const ids = new Set(nodes.filter((_, at) => encoder.has(at)).map(({ id }) => id))
  const side = (isEncoder: boolean): Sketch => ({
    nodes: nodes.filter(({ id }) => ids.has(id) === isEncoder),
    edges: edges.filter(
      ({ source, target }) => ids.has(source) === isEncoder && ids.has(target) === isEncoder,
    ),
  })
  return { encoder: side(true), decoder: side(false) }
}
