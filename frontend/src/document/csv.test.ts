import { expect, it } from 'vitest'
import { csv } from './csv'

it('writes rows of text, numbers and nothing', () => {
  expect(
    csv([
      ['a', 1, null],
      ['b', 0.5, ''],
    ]),
  ).toBe('a,1,\r\nb,0.5,\r\n')
})

it('quotes commas, quotes and line breaks', () => {
  expect(csv([['a, b', 'say "x"', 'two\nlines']])).toBe('"a, b","say ""x""","two\nlines"\r\n')
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'keeps %j from being a formula',
  (text) => {
    expect(csv([[text]]).replace(/^"/, '')).toMatch(/^'/)
  },
)
