import { describe, expect, it } from 'vitest'
import type { Param } from '../contract'
import { read, written } from './values'

function param(type: Param['type'], more: Partial<Param> = {}): Param {
  const words = { name: 'p', help: '', default: null, choices: [] }
  const flags = { required: false, nullable: false, positional: false, telling: false }
  const limits = { minimum: null, maximum: null, length: null }
  return { ...words, ...flags, ...limits, advanced: false, at_call: false, type, ...more }
}

describe('reading a field', () => {
  it.each([
    ['integer', '32', 32],
    ['number', '0.25', 0.25],
    ['number', '0,25', 0.25],
    ['number', '1e-3', 0.001],
    ['integer_or_integers', '3', 3],
    ['integer_or_integers', '3 × 5', [3, 5]],
    ['integer_or_integers', '3x5', [3, 5]],
    ['integers', '(8, 8, 1)', [8, 8, 1]],
    ['integers', '28, ?, none', [28, null, null]],
    ['integers', '7', [7]],
    ['numbers', '0 × 255.5', [0, 255.5]],
    ['strings', 'a, b', ['a', 'b']],
    ['json', '[[1, 2], 3]', [[1, 2], 3]],
    ['string', 'ab, c', 'ab, c'],
    ['integer', '  ', undefined],
  ] as const)('%s: %s', (type, text, value) => {
    expect(read(param(type), text)).toEqual({ value })
  })

  it.each([
    [param('integer'), '1.5'],
    [param('integer'), 'many'],
    [param('integer', { minimum: 1 }), '0'],
    [param('number', { maximum: 1 }), '2'],
    [param('integers', { length: 2 }), '1 × 2 × 3'],
    [param('json'), '{'],
  ])('says what is wanted instead of %#', (param, text) => {
    expect(read(param, text)).toHaveProperty('wrong')
  })

  it('reads what it wrote', () => {
    for (const value of [[3, 3], [8, null, 1], [5]]) {
      const text = written(param('integers'), value)
      expect(read(param('integers'), text)).toEqual({ value })
    }
  })
})
