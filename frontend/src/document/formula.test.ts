import { expect, it } from 'vitest'
import { sumsOf } from './formula'

const kernel = { name: 'kernel', shape: [2, 5], values: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5] }
const bias = { name: 'bias', shape: [5], values: [0, 0, 0, 0, 1] }
const output = { name: 'output', shape: [5], values: [3, 6, 9, 12, 16] }

it('writes out the sum of each unit', () => {
  const sums = sumsOf([1, 2], [kernel, bias], output)
  expect(sums?.map(({ sum }) => sum)).toEqual([3, 6, 9, 12, 16])
  expect(sums?.[4]).toEqual({
    terms: [
      { input: 1, weight: 5 },
      { input: 2, weight: 5 },
    ],
    bias: 1,
    sum: 16,
    output: 16,
  })
  expect(sumsOf([1, 2], [kernel], output)?.[4]?.bias).toBe(0)
})

it('leaves other layers alone', () => {
  expect(sumsOf([1, 2], [], output)).toBeNull()
  expect(sumsOf([1], [kernel, bias], output)).toBeNull()
  expect(sumsOf([1, 2], [{ ...kernel, shape: [1, 2, 5] }], output)).toBeNull()
})
