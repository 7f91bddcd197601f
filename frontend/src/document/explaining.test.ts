import { expect, test } from 'vitest'
import type { Attribution } from '../contract'
import { choicesOf, heatOf, partsOf, reachOf, strongestPart, strongestPlace } from './explaining'

function attribution(kept: number[], numbers: number[], names: string[] = []): Attribution {
  const bytes = new Uint8Array(new Float32Array(numbers).buffer)
  const text = btoa(String.fromCharCode(...bytes))
  return {
    input: 'i',
    heat: { name: 'heat', shape: kept, kept, numbers: text },
    picture: null,
    names,
  }
}

test('a heat has rows and columns', () => {
  const plane = heatOf(attribution([2, 3], [0, 1, 2, -5, 4, 3]))
  expect([plane.rows, plane.columns]).toEqual([2, 3])
  expect(strongestPlace(plane)).toEqual({ row: 2, column: 1, value: -5 })
  expect(reachOf(plane.values)).toEqual({ low: -5, high: 4 })
})

test('no contribution is in the range of values that are all positive', () => {
  expect(reachOf(new Float32Array([2, 3]))).toEqual({ low: 0, high: 3 })
})

test('parts have shares of the largest, for or against', () => {
  const parts = partsOf(attribution([3], [1, -4, 2], ['a', 'b', 'c']))
  expect(parts.map(({ share }) => share)).toEqual([0.25, 1, 0.5])
  expect(strongestPart(parts)).toEqual({ name: 'b', value: -4, share: 1 })
  expect(strongestPart([])).toBeUndefined()
})

test('nothing counts where all values are 0', () => {
  expect(partsOf(attribution([2], [0, 0], ['a', 'b'])).map(({ share }) => share)).toEqual([0, 0])
})

test('two classes share one value', () => {
  expect(choicesOf({ node: 'o', classes: ['no', 'yes'], units: 1 })).toBe(2)
  expect(choicesOf({ node: 'o', classes: [], units: 4 })).toBe(4)
})
