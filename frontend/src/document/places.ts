/** Where the cards of a graph lie: their bounds, and which of them lie at a place or in a view. */
import type { Graph, Node, Position } from '../contract'
import { Facts } from './facts'
import { boundsOf, HEIGHT, meet, type Rect, rectOf, WIDTH } from './geometry'

const CELL = 512

export class Places {
  readonly bounds: Rect | null
  readonly #cells = new Map<string, Node[]>()

  constructor(readonly nodes: readonly Node[]) {
    this.bounds = boundsOf(nodes)
    for (const node of nodes) {
      for (const key of cellsOf(rectOf(node.position))) {
        const cell = this.#cells.get(key)
        if (cell) cell.push(node)
        else this.#cells.set(key, [node])
      }
    }
  }

  /** Return the node whose card covers a place, the topmost first. */
  at({ x, y }: Position): Node | undefined {
    const cell = this.#cells.get(`${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`) ?? []
    return cell.findLast(
      ({ position }) =>
        x >= position.x && x <= position.x + WIDTH && y >= position.y && y <= position.y + HEIGHT,
    )
  }

  /** Return the node whose card covers a place or else is nearest to it, at most `most` pixels away. */
  near(place: Position, most: number): Node | undefined {
    const around = { x: place.x - most, y: place.y - most, width: 2 * most, height: 2 * most }
    let [nearest, least]: [Node | undefined, number] = [this.at(place), Infinity]
    if (nearest) return nearest
    for (const node of this.within(around)) {
      const dx = node.position.x + WIDTH / 2 - place.x
      const dy = node.position.y + HEIGHT / 2 - place.y
      const distance = Math.hypot(dx, dy)
      if (distance < least) [nearest, least] = [node, distance]
    }
    return nearest
  }

  /** Return the nodes whose cards meet a rectangle. */
  within(view: Rect): Iterable<Node> {
    const count = (view.width / CELL + 2) * (view.height / CELL + 2)
    if (count > this.#cells.size)
      return this.nodes.filter(({ position }) => meet(rectOf(position), view))
    const nodes = new Set<Node>()
    for (const key of cellsOf(view))
      for (const node of this.#cells.get(key) ?? [])
        if (meet(rectOf(node.position), view)) nodes.add(node)
    return nodes
  }
}

/** The places that were asked for last. */
let last: Places | null = null

/**
 * Return the places of a graph's cards; indexed again only when a card is moved, added or removed.
 * Of the nodes that they return, only id, layer and position are up to date.
 */
export function placesOf({ nodes }: Pick<Graph, 'nodes'>): Places {
  last = places.of(nodes)
  return last
}

const places = new Facts<Node, Places>(
  (nodes) => (last && areSame(last.nodes, nodes) ? last : new Places(nodes)),
  isSame,
)

/** Whether a layer lies where it lay, though its parameters may differ. */
function isSame(before: Node, now: Node | undefined): boolean {
  return (
    before === now ||
    (before.position === now?.position && before.id === now.id && before.layer === now.layer)
  )
}

function areSame(before: readonly Node[], now: readonly Node[]): boolean {
  return before.length === now.length && before.every((node, at) => isSame(node, now[at]))
}

function* cellsOf({ x, y, width, height }: Rect): Iterable<string> {
  for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column += 1)
    for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row += 1)
      yield `${column} ${row}`
}
