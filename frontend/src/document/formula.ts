/** The arithmetic of a layer of sums with its numbers in it. */
import type { Numbers } from '../contract'

/** Sums of more terms are not written out. */
const TERMS = 8

export interface Term {
  input: number
  weight: number
}

/** One unit: the terms of its sum, its bias, and what the layer returns after its activation. */
export interface Sum {
  terms: Term[]
  bias: number
  sum: number
  output: number
}

/** Return the sum of each unit for a row x and a kernel of inputs × units; null for others. */
export function sumsOf(
  x: readonly number[],
  weights: readonly Numbers[],
  output: Numbers,
): Sum[] | null {
  const [kernel, bias, ...more] = weights
  const [inputs = 0, units = 0] = kernel?.shape ?? []
  if (kernel?.shape.length !== 2 || more.length > 0) return null
  if (inputs !== x.length || inputs > TERMS || output.values.length !== units) return null
  if (bias && bias.values.length !== units) return null
  return output.values.map((value, unit) => {
    const terms = x.map((input, at) => ({ input, weight: kernel.values[at * units + unit] ?? 0 }))
    const offset = bias?.values[unit] ?? 0
    const sum = terms.reduce((sum, { input, weight }) => sum + input * weight, offset)
    return { terms, bias: offset, sum, output: value }
  })
}
