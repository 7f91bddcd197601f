/** Small charts as SVG: scales, paths and ticks, without a library. */

export type Point = readonly [number, number]

export interface Range {
  low: number
  high: number
}

export interface Scale {
  /** From a value to a coordinate. */
  at: (value: number) => number
  ticks: number[]
}

/** Return the range of values, a little wider than they are; a single value gets room around it. */
export function rangeOf(values: readonly number[], margin = 0.04): Range {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return { low: 0, high: 1 }
  const low = finite.reduce((a, b) => Math.min(a, b))
  const high = finite.reduce((a, b) => Math.max(a, b))
  const room = (high - low) * margin || Math.abs(high) * 0.5 || 0.5
  return { low: low - room, high: high + room }
}

/** Return a scale of a range on coordinates, with about `many` round ticks. */
export function scale({ low, high }: Range, from: number, to: number, many = 4): Scale {
  const span = high - low || 1
  const step = roundStep(span / many)
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step); tick * step <= high + span * 1e-9; tick += 1)
    ticks.push(Number((tick * step).toPrecision(12)))
  return { at: (value) => from + ((value - low) / span) * (to - from), ticks }
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const digit = [1, 2, 5].find((digit) => digit * power >= step) ?? 10
  return digit * power
}

/** Return SVG path data through points; a null is a gap. */
export function path(points: readonly (Point | null)[]): string {
  let pen = 'M'
  const parts: string[] = []
  for (const point of points) {
    if (point === null) {
      pen = 'M'
      continue
    }
    parts.push(`${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`)
    pen = 'L'
  }
  return parts.join('')
}
