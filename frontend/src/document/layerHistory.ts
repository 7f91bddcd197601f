/** What the layers of a run showed after its epochs, as the lines that are drawn. */
import type { LayerState, LayersEvent } from '../contract'
import { keyOf } from './pictures'

/** A layer over the epochs that were recorded, in their order. */
export interface LayerHistory {
  node: readonly string[]
  states: readonly (LayerState & { epoch: number })[]
}

/** Return the layers in the order of the model; a later event replaces one about the same epoch. */
export function historiesOf(events: readonly LayersEvent[]): LayerHistory[] {
  const byEpoch = new Map(events.map((event) => [event.epoch, event.layers]))
  const epochs = [...byEpoch.keys()].sort((a, b) => a - b)
  const found = new Map<string, { node: string[]; states: (LayerState & { epoch: number })[] }>()
  for (const epoch of epochs)
    for (const state of byEpoch.get(epoch) ?? []) {
      const key = keyOf(state.node)
      const history = found.get(key) ?? { node: state.node, states: [] }
      history.states.push({ ...state, epoch })
      found.set(key, history)
    }
  return [...found.values()]
}

/** Return the last value that is known, which may be older than the last epoch. */
export function lastKnown(
  history: LayerHistory,
  key: 'gradient' | 'update' | 'norm' | 'dead' | 'saturated' | 'units',
): number | null {
  return history.states.findLast((state) => state[key] !== null)?.[key] ?? null
}

export interface Ridge {
  low: number
  high: number
  /** For each epoch its number and the closed outline of its histogram, the first one behind. */
  slices: { epoch: number; path: string }[]
}

/** At most so many epochs are drawn in a ridge, so that each can be seen. */
const SLICES = 16

/**
 * Return histograms one behind the other on one axis of weights, in a box of this size.
 *
 * Each is as high as its share of weights for their width, so that a narrower one is higher.
 */
export function ridgeOf(history: LayerHistory, width: number, height: number): Ridge | null {
  const known = history.states.filter(({ counts }) => counts.length > 0)
  const shown = spread(known, SLICES)
  const low = Math.min(...shown.map((state) => state.low ?? Infinity))
  const high = Math.max(...shown.map((state) => state.high ?? -Infinity))
  if (shown.length === 0 || !Number.isFinite(high - low)) return null
  const span = high - low || 1
  const densities = shown.map((state) => densitiesOf(state))
  const most = Math.max(...densities.flat())
  const tall = shown.length > 1 ? height * 0.55 : height
  const step = shown.length > 1 ? (height - tall) / (shown.length - 1) : 0
  const slices = shown.map((state, at) => {
    const bottom = tall + at * step
    const x = (value: number) => ((value - low) / span) * width
    const bin = ((state.high ?? 0) - (state.low ?? 0)) / state.counts.length
    const points = (densities[at] ?? []).map((density, number) => {
      const center = (state.low ?? 0) + (number + 0.5) * bin
      return `${round(x(center))},${round(bottom - (density / most) * tall)}`
    })
    const [first, last] = [round(x(state.low ?? 0)), round(x(state.high ?? 0))]
    return {
      epoch: state.epoch,
      path: `M${first},${round(bottom)}L${points.join('L')}L${last},${round(bottom)}Z`,
    }
  })
  return { low, high, slices }
}

/** Return the outline of the last histogram in a box of this size; '' without weights. */
export function profileOf(history: LayerHistory, width: number, height: number): string {
  const counts = history.states.findLast((state) => state.counts.length > 0)?.counts ?? []
  const most = Math.max(...counts)
  if (!(most > 0)) return ''
  const points = counts.map((count, at) => {
    const x = ((at + 0.5) / counts.length) * width
    return `${round(x)},${round(height - (count / most) * height)}`
  })
  return `M0,${height}L${points.join('L')}L${width},${height}Z`
}

/** The share of weights in each part of a histogram, for its width. */
function densitiesOf({ counts, low, high }: LayerState): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0) || 1
  const bin = ((high ?? 0) - (low ?? 0)) / counts.length || 1
  return counts.map((count) => count / all / bin)
}

/** Return some of many in their order, with the first and the last. */
function spread<Item>(all: readonly Item[], most: number): Item[] {
  if (all.length <= most) return [...all]
  const step = (all.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => all[Math.round(at * step)] as Item)
}

/** Return a line over the epochs on a logarithmic scale, in a box of this size; '' for no values. */
export function sparkOf(
  history: LayerHistory,
  key: 'gradient' | 'update',
  width: number,
  height: number,
): string {
  const known = history.states.flatMap((state) => {
    const value = state[key]
    return value !== null && value > 0 ? [[state.epoch, Math.log(value)] as const] : []
  })
  const [first, last] = [known[0]?.[0] ?? 0, known.at(-1)?.[0] ?? 0]
  if (first === last) return ''
  const values = known.map(([, value]) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const points = known.map(([epoch, value]) => {
    const x = ((epoch - first) / (last - first)) * width
    const y = high > low ? (1 - (value - low) / (high - low)) * height : height / 2
    return `${round(x)},${round(y)}`
  })
  return `M${points.join('L')}`
}

const round = (value: number) => Math.round(value * 10) / 10
