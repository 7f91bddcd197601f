/** Why a model answers as it does: the parts of its inputs, by what they contribute. */
import type { Answerer, Attribution } from '../contract'
import { numbersOf, type Plane, rangeOf } from './planes'

/** Return the heat of an attribution as rows and columns; of parts with names, one row. */
export function heatOf({ heat }: Attribution): Plane {
  const [rows = 1, columns = 1] = heat.kept.length === 2 ? heat.kept : [1, heat.kept[0] ?? 0]
  return { rows, columns, values: numbersOf(heat) }
}

/** Return the range of values with 0 in it, so that no contribution has no colour. */
export function reachOf(values: Float32Array): { low: number; high: number } {
  const { low, high } = rangeOf(values)
  return { low: Math.min(low, 0), high: Math.max(high, 0) }
}

/** A part with a name: its value, and its share of the largest one. */
export interface Part {
  name: string
  value: number
  share: number
}

/** Return the parts of an attribution, in the order of the input. */
export function partsOf(attribution: Attribution): Part[] {
  const { values } = heatOf(attribution)
  const { low, high } = reachOf(values)
  const reach = Math.max(high, -low) || 1
  return attribution.names.map((name, at) => {
    const value = values[at] ?? 0
    return { name, value, share: Math.abs(value) / reach }
  })
}

/** Return the part that counts most, for or against the answer; undefined without parts. */
export function strongestPart(parts: readonly Part[]): Part | undefined {
  return parts.reduce<Part | undefined>(
    (best, part) => (best && best.share >= part.share ? best : part),
    undefined,
  )
}

/** Return the place of the value furthest from 0, counted from 1. */
export function strongestPlace({ columns, values }: Plane): {
  row: number
  column: number
  value: number
} {
  let best = 0
  values.forEach((value, at) => {
    if (Math.abs(value) > Math.abs(values[best] ?? 0)) best = at
  })
  return {
    row: Math.floor(best / columns) + 1,
    column: (best % columns) + 1,
    value: values[best] ?? 0,
  }
}

/** Return how many answers of an output can be chosen: two classes may share one value. */
export function choicesOf({ classes, units }: Answerer): number {
  return classes.length || units
}
