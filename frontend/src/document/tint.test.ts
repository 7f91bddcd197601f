import { expect, it } from 'vitest'
import { amountOf, scaleOf } from './tint'

const verdict = {
  outputs: [{ port: 'output', shape: [null, 8, 4], dtype: 'float32' }],
  ...{ trainable: 10, non_trainable: 2, weight_bytes: 48 },
  ...{ activation_bytes: 100, multiply_adds: 7 },
}

it('the amounts of a node', () => {
  expect(amountOf(verdict, 'parameters')).toBe(12)
  expect(amountOf(verdict, 'memory')).toBe(148)
  expect(amountOf(verdict, 'cost')).toBe(7)
  expect(amountOf(verdict, 'shape')).toBe(32)
  expect(amountOf({ ...verdict, activation_bytes: null }, 'memory')).toBeNull()
  const open = [{ port: 'output', shape: [null, null], dtype: 'float32' }]
  expect(amountOf({ ...verdict, outputs: open }, 'shape')).toBeNull()
})

it('divides the range into equal factors', () => {
  const amounts = new Map([1, 9, 11, 101, 1001, 10001, 100000].map((n) => [`n${n}`, n]))
  const { steps, least, most } = scaleOf(amounts)
  expect([...steps.values()]).toEqual([0, 0, 1, 2, 3, 4, 4])
  expect([least, most]).toEqual([1, 100000])
})

it('gives no step to nothing and to what is unknown, and the darkest to equal amounts', () => {
  const amounts = new Map<string, number | null>([
    ['a', 0],
    ['b', null],
    ['c', 5],
    ['d', 5],
  ])
  expect(scaleOf(amounts).steps).toEqual(
    new Map([
      ['c', 4],
      ['d', 4],
    ]),
  )
})
