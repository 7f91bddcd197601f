/**
 * A U-Net as a U: the encoder goes down at the left, the bottleneck lies at the bottom, the decoder
 * goes up at the right, and each skip connection is a level (Ronneberger et al., 2015, figure 1).
 */
import type { Position } from '../../contract'
import { FOLD } from '../folding'
import { STEP } from '../geometry'
import { RIGHT } from './frame'
import type { Shape, Sketch } from './shape'

/** A single skip is a residual connection. */
const LEAST_SKIPS = 2
/** Where skips end: merges, and folds that begin with one. A Multiply is a gate, as in squeeze and excitation. */
const MERGES: ReadonlySet<string> = new Set([...['Add', 'Concatenate', 'Average', 'Maximum'], FOLD])
/** With more connections than this, a graph is no U-Net. */
const MOST_SKIPS = 500
/** So many cards of the bottleneck lie between the arms. */
const MOST_BETWEEN = 3

/** A connection past layers of the spine, between two places on it, with the cards on its way. */
interface Skip {
  from: number
  to: number
  inner: readonly number[]
}

interface Structure {
  /** The longest path: encoder, bottleneck, decoder. */
  spine: readonly number[]
  /** From the outermost to the innermost. */
  skips: readonly Skip[]
}

/** Return positions in the form of a U, or null for a graph that has another structure. */
export function uOf(sketch: Sketch, shape: Shape): Map<string, Position> | null {
  const structure = structureOf(sketch, shape)
  if (!structure) return null
  const positions = placed(structure)
  return new Map([...positions].map(([node, at]) => [sketch.nodes[node]?.id as string, at]))
}

function structureOf(sketch: Sketch, shape: Shape): Structure | null {
  const spine = longestPath(shape)
  const connections = connectionsOf(shape, spine)
  if (!connections || connections.length > MOST_SKIPS) return null
  const layerAt = (place: number) => sketch.nodes[spine[place] as number]?.layer ?? ''
  const isSkip = ({ to }: Skip) => MERGES.has(layerAt(to))
  const skips = nested(connections.filter(isSkip), (place) => layerAt(place) === FOLD)
  const innermost = skips.at(-1)
  if (skips.length < LEAST_SKIPS || !innermost) return null
  const isLocal = ({ from, to, inner }: Skip) =>
    inner.length === 0 &&
    (to <= innermost.from || from >= innermost.to || (from >= innermost.from && to <= innermost.to))
  const others = connections.filter((connection) => !skips.includes(connection))
  if (!others.every(isLocal) || skips.some(({ inner }) => inner.length > MOST_BETWEEN)) return null
  return { spine, skips }
}

function longestPath({ count, order, below, above }: Shape): number[] {
  const length = new Array<number>(count).fill(1)
  const next = new Array<number>(count).fill(-1)
  for (const node of order.toReversed())
    for (const other of below[node] as number[]) {
      const longer = (length[other] as number) + 1
      if (longer <= (length[node] as number)) continue
      length[node] = longer
      next[node] = other
    }
  const starts = order.filter((node) => above[node]?.length === 0)
  const [start = -1] = starts.toSorted((a, b) => (length[b] ?? 0) - (length[a] ?? 0))
  const path: number[] = []
  for (let node = start; node !== -1; node = next[node] as number) path.push(node)
  return path
}

/** Return the connections past layers of the spine; null if something else leads to or from it. */
function connectionsOf({ count, above, below }: Shape, spine: readonly number[]): Skip[] | null {
  const places = new Map(spine.map((node, place) => [node, place]))
  const connections: Skip[] = []
  let inside = 0
  for (const [from, node] of spine.entries()) {
    for (const first of below[node] as number[]) {
      const inner: number[] = []
      let at = first
      while (!places.has(at)) {
        if (above[at]?.length !== 1 || below[at]?.length !== 1) return null
        inner.push(at)
        at = below[at]?.[0] as number
      }
      inside += inner.length
      const to = places.get(at) as number
      if (to > from + 1) connections.push({ from, to, inner })
      else if (inner.length > 0) return null
    }
  }
  return spine.length + inside === count ? connections : null
}

/** Return the most connections of which each lies around the next, the outermost first. */
function nested(connections: readonly Skip[], isFold: (place: number) => boolean): Skip[] {
  const sorted = connections.toSorted((a, b) => a.to - a.from - (b.to - b.from))
  const chains: Skip[][] = []
  for (const skip of sorted) {
    // Between two levels there is at least one layer that changes the size; it may be in a fold.
    const inside = chains.filter(
      ([inner]) =>
        inner &&
        skip.from + (isFold(inner.from) ? 0 : 1) < inner.from &&
        inner.to + (isFold(skip.to) ? 0 : 1) < skip.to,
    )
    const [longest = []] = inside.toSorted((a, b) => b.length - a.length)
    chains.push([skip, ...longest])
  }
  const [best = []] = chains.toSorted((a, b) => b.length - a.length)
  return best
}

function placed({ spine, skips }: Structure): Map<number, Position> {
  const [outermost, innermost] = [skips[0] as Skip, skips.at(-1) as Skip]
  const last = spine.length - 1
  const bottleneck = innermost.to - innermost.from - 1
  const crowd = Math.max(...skips.map(({ inner }) => inner.length))
  const between = Math.max(0, Math.min(bottleneck - 2, MOST_BETWEEN))
  const right = (Math.max(between, crowd, 1) + 1) * RIGHT.step
  const positions = new Map<number, Position>()
  /** Place layers of the spine at equal distances from one place to another. */
  const spread = (first: number, end: number, from: Position, to: Position) => {
    for (let place = first; place <= end; place += 1) {
      const part = end === first ? 0 : (place - first) / (end - first)
      const x = from.x + (to.x - from.x) * part
      positions.set(spine[place] as number, { x, y: from.y + (to.y - from.y) * part })
    }
  }
  let y = Math.max(outermost.from, last - outermost.to) * STEP
  spread(0, outermost.from, { x: 0, y: y - outermost.from * STEP }, { x: 0, y })
  const top = y - (last - outermost.to) * STEP
  spread(outermost.to, last, { x: right, y }, { x: right, y: top })
  for (const [level, skip] of skips.entries()) {
    skip.inner.forEach((node, place) => {
      positions.set(node, { x: (right * (place + 1)) / (skip.inner.length + 1), y })
    })
    const next = skips[level + 1]
    if (!next) break
    const below = y + Math.max(next.from - skip.from, skip.to - next.to) * STEP
    spread(skip.from, next.from, { x: 0, y }, { x: 0, y: below })
    spread(next.to, skip.to, { x: right, y: below }, { x: right, y })
    y = below
  }
  // A single card lies below the right arm: a wire leads straight up from it, past no skip.
  const down = bottleneck === 1 ? 0 : Math.ceil((bottleneck - between) / 2)
  const up = bottleneck - between - down
  const [left, end] = [innermost.from + down, innermost.to - up]
  const bottom = y + Math.max(down, up) * STEP
  spread(innermost.from, left, { x: 0, y }, { x: 0, y: bottom })
  spread(end, innermost.to, { x: right, y: bottom }, { x: right, y })
  const [start, stop] = [down > 0 ? bottom : y, up > 0 ? bottom : y]
  if (end > left) spread(left, end, { x: 0, y: start }, { x: right, y: stop })
  return positions
}
