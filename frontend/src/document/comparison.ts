/** What a picture of a graph shows when it is compared with an earlier one. */
import type { Edge, Graph, Node, Position } from '../contract'
import { type Mark, marksOf, nodesOf, wireKey } from './difference'
import { freePlace, GRID, HEIGHT, meet, rectOf, WIDTH } from './geometry'

export interface Comparison {
  /** How nodes differ, by id; removed ones too. */
  marks: ReadonlyMap<string, Mark>
  /** The removed nodes, where no card covers them and no added wire crosses their names. */
  ghosts: readonly Node[]
  /** The ids of the wires that were added. */
  added: ReadonlySet<string>
  removed: readonly Edge[]
}

/** Beyond so many ghosts and added wires, ghosts stay where they were: looking takes too long. */
const MOST_MOVED = 100

/** Compare a graph with an earlier one; undefined stands for none. */
export function compare(before: Graph | undefined, after: Graph): Comparison {
  const marks = marksOf(nodesOf(after.id, before, after), after.id)
  const [old, now] = [before?.edges ?? [], after.edges]
  const [oldKeys, nowKeys] = [new Set(old.map(wireKey)), new Set(now.map(wireKey))]
  const added = now.filter((edge) => !oldKeys.has(wireKey(edge)))
  const gone = before?.nodes.filter(({ id }) => marks.get(id) === 'removed') ?? []
  return {
    marks,
    ghosts: ghostsOf(gone, after, added),
    added: new Set(added.map(({ id }) => id)),
    removed: old.filter((edge) => !nowKeys.has(wireKey(edge))),
  }
}

function ghostsOf(nodes: readonly Node[], { nodes: cards }: Graph, added: readonly Edge[]): Node[] {
  if (nodes.length === 0 || nodes.length + added.length > MOST_MOVED) return [...nodes]
  const ways = added.flatMap((edge) => along(edge, cards))
  const taken: Pick<Node, 'position'>[] = [...cards, ...ways]
  return nodes.map((node) => {
    const way = ways.find(({ position }) => meet(rectOf(position), rectOf(node.position)))
    const ghost = {
      ...node,
      position: freePlace(taken, way?.beside(node.position) ?? node.position),
    }
    taken.push(ghost)
    return ghost
  })
}

interface Way {
  position: Position
  /** The place next to it for what lies on it. */
  beside: (at: Position) => Position
}

/** Places of the size of a card, side by side on the way of a wire. */
function along({ source, target }: Edge, cards: readonly Node[]): Way[] {
  const from = cards.find(({ id }) => id === source)?.position
  const to = cards.find(({ id }) => id === target)?.position
  if (!from || !to) return []
  const [x, y] = [to.x - from.x, to.y - from.y]
  const isDown = Math.abs(y) > Math.abs(x)
  const beside = (at: Position) =>
    isDown ? { x: at.x + WIDTH + 2 * GRID, y: at.y } : { x: at.x, y: at.y + HEIGHT + 2 * GRID }
  const steps = Math.ceil(Math.hypot(x, y) / HEIGHT)
  return Array.from({ length: Math.max(0, steps - 1) }, (_, index) => {
    const share = (index + 1) / steps
    return { position: { x: from.x + x * share, y: from.y + y * share }, beside }
  })
}
