import { expect, it } from 'vitest'
import type { LayerRow } from '../../document/summary'
import { IN_ORDER, inView, next, sorted, sumsOf } from './table'

const row = (id: string, more: Partial<LayerRow> = {}): LayerRow => ({
  ...{ id, name: id, type: 'Dense', shapes: null, dtype: '' },
  ...{ trainable: 0, nonTrainable: 0, weightBytes: 0, activationBytes: 0, multiplyAdds: 0 },
  ...more,
})
const rows = [
  row('a', { trainable: 5, weightBytes: 20, activationBytes: null, multiplyAdds: 1 }),
  row('b', {
    trainable: 1,
    nonTrainable: 9,
    weightBytes: 40,
    activationBytes: 8,
    multiplyAdds: null,
  }),
  row('c', { trainable: 5, activationBytes: 4, multiplyAdds: 7 }),
]
const ids = (list: readonly LayerRow[]) => list.map(({ id }) => id).join('')

it('sorts by a column, what is unknown last and what is equal in the order of the graph', () => {
  expect(ids(sorted(rows, IN_ORDER))).toBe('abc')
  expect(ids(sorted(rows, { by: 'layer', descending: true }))).toBe('cba')
  expect(ids(sorted(rows, { by: 'parameters', descending: true }))).toBe('bac')
  expect(ids(sorted(rows, { by: 'parameters', descending: false }))).toBe('acb')
  expect(ids(sorted(rows, { by: 'memory', descending: true }))).toBe('bca')
  expect(ids(sorted(rows, { by: 'cost', descending: false }))).toBe('acb')
})

it('a head sorts the largest first, then the smallest, then not at all', () => {
  const first = next(IN_ORDER, 'cost')
  const second = next(first, 'cost')
  expect([first, second, next(second, 'cost')]).toEqual([
    { by: 'cost', descending: true },
    { by: 'cost', descending: false },
    IN_ORDER,
  ])
  expect(next(first, 'memory')).toEqual({ by: 'memory', descending: true })
  expect(next(IN_ORDER, 'layer')).toEqual({ by: 'layer', descending: true })
})

it('sums what is known', () => {
  expect(sumsOf(rows)).toEqual({ trainable: 11, nonTrainable: 9, memory: 72, cost: 8 })
})

it('draws the rows in view and a few more', () => {
  expect(inView(5000, 0, 280, 28)).toEqual([0, 18])
  expect(inView(5000, 28_000, 280, 28)).toEqual([992, 1018])
  expect(inView(12, 56, 280, 28)).toEqual([0, 12])
  expect(inView(0, 0, 280, 28)).toEqual([0, 0])
})
