import { expect, test } from 'vitest'
import { placeOn, valuesAt, widened } from './latent'

const SPAN = { x: 2, y: 0, left: -1, right: 3, bottom: 10, top: 20 }

test('a place on the plane gives two of the values', () => {
  expect(valuesAt(SPAN, [1, 2, 3], 0.25, 0.1)).toEqual([19, 2, 0])
})

test('the place of values is where they were taken from', () => {
  const [y, , x] = valuesAt(SPAN, [0, 0, 0], 0.7, 0.4) as [number, number, number]
  const [across, down] = placeOn(SPAN, x, y)
  expect(across).toBeCloseTo(0.7)
  expect(down).toBeCloseTo(0.4)
})

test('a place beyond the plane is at its edge', () => {
  expect(valuesAt(SPAN, [0, 0, 0], 2, -1)).toEqual([20, 0, 3])
})

test('a slider holds a value beyond the range of the data', () => {
  expect(widened([0, 1], 4)).toEqual({ low: 0, high: 4 })
})
