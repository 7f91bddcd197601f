import { expect, it } from 'vitest'
import { formula } from './formula'

const told = { place: [0], more: 0, left_out: 0, bias: null, result: 3, value: 3 }

it('writes the terms with what joins them', () => {
  expect(
    formula({
      ...told,
      kind: 'sum',
      terms: [
        [1, 2],
        [3, 4],
      ],
      bias: 1,
      result: 15,
      value: 15,
    }),
  ).toBe('1·2 + 3·4 + 1 (bias) = 15')
  expect(formula({ ...told, kind: 'total', terms: [[1], [2]] })).toBe('1 + 2 = 3')
  expect(formula({ ...told, kind: 'difference', terms: [[5], [2]] })).toBe('5 − 2 = 3')
  expect(formula({ ...told, kind: 'product', terms: [[3], [1]] })).toBe('3 · 1 = 3')
  expect(formula({ ...told, kind: 'min', terms: [[3], [7]] })).toBe('the smallest of 3; 7 = 3')
})

it('tells an activation and a sum without terms', () => {
  expect(formula({ ...told, kind: 'sum', terms: [[2, -1]], result: -2, value: 0 })).toContain('→ 0')
  expect(formula({ ...told, kind: 'sum', terms: [], result: 0, value: 0 })).toBe('0 = 0')
})
