import { expect, it } from 'vitest'
import { changedLines, lineDifference } from './lines'

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

it.each<[string, string, string]>([
  ['a\nb', 'a\nb', ''],
  ['a\nb\nc', 'a\nX\nc', ' a|-b|+X| c'],
  ['a\na', 'a\na\na', ' a| a|+a'],
  ['1\n2\n3\n4\n5\n6\n7\n8', '1\n2\n3\n4\n5\n6\n7\nX', '…| 6| 7|-8|+X'],
])('tells the lines of %j from those of %j', (before, after, expected) => {
  const lines = lineDifference(before, after, 2)
  expect(lines.map(({ sign, text }) => (sign === '…' ? sign : sign + text)).join('|')).toBe(
    expected,
  )
})
