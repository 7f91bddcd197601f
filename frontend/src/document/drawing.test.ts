import { expect, it } from 'vitest'
import { givenShape, gridOf, stroked } from './drawing'

it('finds the inputs that can be drawn', () => {
  expect(gridOf([8, 8, 1])).toEqual({ rows: 8, columns: 8, channels: 1 })
  expect(gridOf([28, 28])).toEqual({ rows: 28, columns: 28, channels: 1 })
  expect(gridOf([32, 32, 3])?.channels).toBe(3)
  for (const shape of [[4], [1, 8, 1], [8, 8, 16], [2, 50], [1024, 1024, 3]])
    expect(gridOf(shape)).toBeNull()
})

it('gives pictures whose size is open the size of a photo, and other open axes one step', () => {
  expect(givenShape([null, null, 3])).toEqual([224, 224, 3])
  expect(givenShape([null, 8, 1])).toEqual([1, 8, 1])
  expect(givenShape([null, 16])).toEqual([1, 16])
  expect(givenShape([8, 8, 3])).toEqual([8, 8, 3])
})

it('strokes cells around a place and never makes them paler', () => {
  const grid = { rows: 8, columns: 8, channels: 1 }
  const once = stroked(new Array(64).fill(0), grid, 2.5, 3.5, 16)
  expect(once[3 * 8 + 2]).toBe(16)
  expect(once[7 * 8 + 7]).toBe(0)
  const twice = stroked(once, grid, 3.5, 3.5, 16)
  expect(twice[3 * 8 + 2]).toBe(16)
  expect(twice[3 * 8 + 3]).toBe(16)
  expect(stroked(once, grid, -5, 90, 16)).toEqual(once)
})

it('strokes all channels of a colour picture', () => {
  const grid = { rows: 8, columns: 8, channels: 3 }
  const drawn = stroked(new Array(192).fill(0), grid, 0.5, 0.5, 1)
  expect(drawn.slice(0, 3)).toEqual([1, 1, 1])
})
