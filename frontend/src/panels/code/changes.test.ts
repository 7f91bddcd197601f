import { expect, it } from 'vitest'
import { changedLines } from './changes'

it.each<[string, string, number[]]>([
  ['a\nb\nc', 'a\nb\nc', []],
  ['a\nb\nc', 'a\nX\nc', [2]],
  ['a\nb\nc', 'a\nb\nnew\nc', [3]],
  ['a\nb\nc', 'a\nc', []],
  ['a\nb\nc\nd', 'X\nb\nc\nY', [1, 4]],
  ['', 'a\nb', [1, 2]],
  ['a\na', 'a\na\na', [3]],
])('finds what is new from %j to %j', (before, after, lines) => {
  expect(changedLines(before, after)).toEqual(lines)
})

it('marks everything between the common ends of very long texts', () => {
  const text = (prefix: string) =>
    ['first', ...Array.from({ length: 1_100 }, (_, i) => `${prefix}${i}`), 'last'].join('\n')
  expect(changedLines(text('a'), text('b'))).toEqual(Array.from({ length: 1_100 }, (_, i) => i + 2))
})
