/** The plane of two values that are set by hand: from a place on it to values, and back. */
import type { LatentMap } from '../contract'

export type Span = Pick<LatentMap, 'x' | 'y' | 'left' | 'right' | 'bottom' | 'top'>

/** Return where values lie on the plane, as shares from its left and from its top. */
export function placeOn(
  { left, right, bottom, top }: Span,
  x: number,
  y: number,
): [number, number] {
  return [(x - left) / (right - left), (top - y) / (top - bottom)]
}

/** Return values with the two of the plane at a place, which is given as shares. */
export function valuesAt(
  { x, y, left, right, bottom, top }: Span,
  values: readonly number[],
  across: number,
  down: number,
): number[] {
  const within = (share: number) => Math.max(0, Math.min(1, share))
  return values
    .with(x, left + within(across) * (right - left))
    .with(y, top - within(down) * (top - bottom))
}

/** Return a range that holds a value, too. */
export function widened(
  [low, high]: readonly [number, number],
  value: number,
): { low: number; high: number } {
  return { low: Math.min(low, value), high: Math.max(high, value) }
}
