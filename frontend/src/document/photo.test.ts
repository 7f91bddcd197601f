import { expect, test } from 'vitest'
import { halvings, scaleOf, valuesOf } from './photo'

const GRID = { rows: 1, columns: 2, channels: 1 }
const PIXELS = new Uint8ClampedArray([255, 255, 255, 255, 255, 0, 0, 255])

test('the scale is that of the data', () => {
  expect(scaleOf({ low: 0, high: 0.8 })).toEqual({ low: 0, high: 1 })
  expect(scaleOf({ low: 0, high: 15 })).toEqual({ low: 0, high: 16 })
  expect(scaleOf({ low: 3, high: 180 })).toEqual({ low: 0, high: 255 })
  expect(scaleOf({ low: -0.9, high: 0.7 })).toEqual({ low: -1, high: 1 })
  expect(scaleOf(undefined)).toEqual({ low: 0, high: 1 })
})

test('a picture of one channel is grey, as the data set is read', () => {
  expect(valuesOf(PIXELS, GRID, { low: 0, high: 255 }, false)).toEqual([255, 76.245])
})

test('dark strokes are high values where colours are inverted', () => {
  expect(valuesOf(PIXELS, GRID, { low: 0, high: 1 }, true)).toEqual([0, 0.701])
})

test('colours follow each other', () => {
  const grid = { ...GRID, channels: 3 }
  expect(valuesOf(PIXELS, grid, { low: -1, high: 1 }, false)).toEqual([1, 1, 1, 1, -1, -1])
})

test('a picture is reduced by halves, and ends with the size that is wanted', () => {
  expect(halvings(1000, 28)).toEqual([500, 250, 125, 63, 32, 28])
  expect(halvings(20, 28)).toEqual([28])
  expect(halvings(56, 28)).toEqual([28])
})
