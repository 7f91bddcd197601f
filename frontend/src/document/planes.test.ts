import { expect, it } from 'vitest'
import type { Values } from '../contract'
import { placeOf, planesOf, rangeOf, weightsOf } from './planes'

function values(shape: number[], numbers: number[]): Values {
  const bytes = new Uint8Array(new Float32Array(numbers).buffer)
  return { name: 'a', shape, kept: shape, numbers: btoa(String.fromCharCode(...bytes)) }
}

it('shows a vector as a row and a sequence with its steps as columns', () => {
  expect(planesOf(values([3], [1, 2, 3]))).toEqual([
    { rows: 1, columns: 3, values: new Float32Array([1, 2, 3]) },
  ])
  expect(planesOf(values([2, 3], [1, 2, 3, 4, 5, 6]))).toEqual([
    { rows: 3, columns: 2, values: new Float32Array([1, 4, 2, 5, 3, 6]) },
  ])
})

it('gives each channel a plane', () => {
  expect(planesOf(values([1, 2, 2], [1, 2, 3, 4]))).toEqual([
    { rows: 1, columns: 2, values: new Float32Array([1, 3]) },
    { rows: 1, columns: 2, values: new Float32Array([2, 4]) },
  ])
})

it('shows the middle of further axes', () => {
  const [plane] = planesOf(values([3, 1, 1, 1], [1, 2, 3]))
  expect([...(plane?.values ?? [])]).toEqual([2])
})

it('finds the part of a kernel that makes a channel', () => {
  const kernel = values([1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
  expect(weightsOf(kernel, 1, 2)).toEqual([
    { rows: 1, columns: 2, values: new Float32Array([2, 6]) },
    { rows: 1, columns: 2, values: new Float32Array([4, 8]) },
  ])
  const dense = values([2, 3], [1, 2, 3, 4, 5, 6])
  expect(weightsOf(dense, 2, 3)).toEqual([
    { rows: 1, columns: 2, values: new Float32Array([3, 6]) },
  ])
  expect(weightsOf(values([3], [7, 8, 9]), 1, 3)?.[0]?.values[0]).toBe(8)
  expect(weightsOf(kernel, 0, 5)).toBeNull()
})

it('finds the range of values', () => {
  expect(rangeOf(new Float32Array([2, -1, 5]))).toEqual({ low: -1, high: 5 })
  expect(rangeOf(new Float32Array([]))).toEqual({ low: 0, high: 0 })
})

it('finds the place of a value in its tensor', () => {
  const of = (...kept: number[]) => ({ name: 'output', shape: kept, kept, numbers: '' })
  expect(placeOf(of(5), 0, 0, 3)).toEqual([3])
  expect(placeOf(of(9, 4), 0, 2, 7)).toEqual([7, 2])
  expect(placeOf(of(8, 7, 4), 3, 5, 6)).toEqual([5, 6, 3])
  expect(placeOf(of(5, 8, 7, 4), 3, 5, 6)).toEqual([2, 5, 6, 3])
})
