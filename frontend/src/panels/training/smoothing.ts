/** Smooths curves, so that a trend shows through noise. */

/**
 * Return the exponential moving average of values, each with `weight` for those before it.
 *
 * Corrected at the beginning (Kingma and Ba 2015), where few values have been seen; gaps stay.
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0
  let total = 0
  return values.map((value) => {
    if (value === null) return null
    sum = weight * sum + (1 - weight) * value
    total = weight * total + (1 - weight)
    return sum / total
  })
}
