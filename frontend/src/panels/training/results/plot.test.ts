import { describe, expect, it } from 'vitest'
import { path, rangeOf, scale } from './plot'

describe('small charts', () => {
  it.each([
    [[0, 10], { low: -0.4, high: 10.4 }],
    [[3], { low: 1.5, high: 4.5 }],
    [[0], { low: -0.5, high: 0.5 }],
    [[], { low: 0, high: 1 }],
    [[Number.NaN, 2, 4], { low: 1.92, high: 4.08 }],
  ])('give %j a range', (values, range) => {
    expect(rangeOf(values).low).toBeCloseTo(range.low)
    expect(rangeOf(values).high).toBeCloseTo(range.high)
  })

  it('have round ticks', () => {
    const { at, ticks } = scale({ low: 0, high: 1 }, 0, 100)
    expect(ticks).toEqual([0, 0.5, 1])
    expect(at(0.25)).toBe(25)
    expect(scale({ low: -0.4, high: 10.4 }, 100, 0).ticks).toEqual([0, 5, 10])
    expect(scale({ low: 0.0001, high: 0.0009 }, 0, 1).ticks).toEqual([
      0.0002, 0.0004, 0.0006, 0.0008,
    ])
  })

  it('leave gaps in lines', () => {
    expect(path([[0, 1], [2, 3], null, [4, 5]])).toBe('M0.0 1.0L2.0 3.0M4.0 5.0')
  })
})
