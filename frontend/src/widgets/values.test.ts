import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Param } from '../contract'
import { read, written } from './values'

function param(type: Param['type'], more: Partial<Param> = {}): Param {
  const words = { name: 'p', help: '', default: null, choices: [] }
  const flags = { required: false, nullable: false, positional: false, telling: false }
  const limits = { minimum: null, maximum: null, length: null }
  return {
    ...words,
    ...flags,
    ...limits,
    advanced: false,
    at_call: false,
    start: null,
    type,
    ...more,
  }
}

const whole = fc.maxSafeInteger().map((value) => value || 0)
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0)
const json = fc
  .jsonValue()
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => 'value' in read(param('json'), JSON.stringify(value)))
const VALUES: Partial<Record<Param['type'], fc.Arbitrary<unknown>>> = {
  integer: fc.option(whole),
  number: fc.option(real),
  integers: fc.array(fc.option(whole)),
  integer_or_integers: fc.oneof(whole, fc.array(fc.option(whole))),
  numbers: fc.array(real),
  number_or_numbers: fc.oneof(real, fc.array(real)),
  strings: fc.array(fc.string(), { minLength: 1 }),
  json,
}

describe('reading a field', () => {
  it.each([
    ['integer', '32', 32],
    ['number', '0.25', 0.25],
    ['number', '0,25', 0.25],
    ['number', '1e-3', 0.001],
    ['integer', '2*64', 128],
    ['integer', '10_000', 10_000],
    ['integer', '10,000', 10_000],
    ['integer', '8×8', 64],
    ['integer', '2**10 - 24', 1000],
    ['integer', '-(3 + 1) // 2', -2],
    ['number', '1/8', 0.125],
    ['number', '0.1 + 0.2', 0.3],
    ['number', '-0', 0],
    ['number', '0 * -1', 0],
    ['integers', '-0, 1', [0, 1]],
    ['json', '{"a": [-0]}', { a: [0] }],
    ['number', '2 -1', 1],
    ['number', '12,345.5', 12345.5],
    ['integers', '7*7*64', [3136]],
    ['integers', '1 -1', [1, -1]],
    ['integers', '()', []],
    ['integer_or_integers', '(3,)', [3]],
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
    [
      'json',
      '((1, 1), (2, None))',
      [
        [1, 1],
        [2, null],
      ],
    ],
    ['strings', '["a, b", "c"]', ['a, b', 'c']],
    ['integer', '  ', undefined],
  ] as const)('%s: %s', (type, text, value) => {
    expect(read(param(type), text)).toEqual({ value })
  })

  it.each([
    [param('integer'), '1.5', 'Expected a whole number, and this is 1.5.'],
    [param('integer'), '12abc', '“abc” can’t be read here.'],
    [param('integer'), '2*', 'Something is missing at the end.'],
    [param('integer'), '(2', 'Something is missing at the end.'],
    [param('integer'), '1/0', 'This divides by zero.'],
    [param('integer'), '2**60', 'This number can’t be stored exactly.'],
    [param('number'), '10**400', 'This number can’t be stored exactly.'],
    [param('number'), '1,000', '“1,000” can be read in two ways: write 1000 or 1.000.'],
    [param('integer'), '1.000', '“1.000” can be read in two ways: write 1000 or 1.'],
    [param('integer', { minimum: 1 }), '0', 'At least 1.'],
    [param('number', { maximum: 1 }), '2', 'At most 1.'],
    [param('integers'), '3 × many', '“many” can’t be read here.'],
    [param('integers'), '3 ×', 'Something is missing at the end.'],
    [param('integers', { length: 2 }), '1 × 2 × 3', 'Expected 2 numbers, such as 2 × 2.'],
    [param('strings'), 'a,', 'Expected words with commas'],
    [param('json'), '{', 'Expected a number, a list'],
    [param('json'), '[12345678901234567890]', 'This number can’t be stored exactly.'],
  ])('says what is wrong %#', (param, text, words) => {
    expect(read(param, text)).toEqual({ wrong: expect.stringContaining(words) })
  })

  it.each(Object.entries(VALUES))('reads what it wrote: %s', (type, values) => {
    const nullable = param(type as Param['type'], { nullable: true })
    fc.assert(
      fc.property(values, (value) => {
        expect(read(nullable, written(nullable, value))).toEqual({ value })
      }),
    )
  })
})
