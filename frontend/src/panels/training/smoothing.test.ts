import { describe, expect, it } from 'vitest'
import { smoothed } from './smoothing'

describe('smoothing', () => {
  it('leaves a constant as it is, and gaps open', () => {
    expect(
      smoothed([3, 3, null, 3], 0.9).map((value) => value && Number(value.toFixed(9))),
    ).toEqual([3, 3, null, 3])
  })

  it('weighs earlier values', () => {
    const [first, second] = smoothed([0, 1], 0.5)
    expect(first).toBe(0)
    expect(second).toBeCloseTo(2 / 3)
  })

  it('does nothing without a weight', () => {
    expect(smoothed([1, 5, 2], 0)).toEqual([1, 5, 2])
  })
})
