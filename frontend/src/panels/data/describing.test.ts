import { expect, test } from 'vitest'
import { cellWriter, day, distributionOf, rangeOf } from './describing'

const number = { name: 'size', classes: [], labels: [] }
const kind = { name: 'kind', classes: ['elm', 'oak'], labels: [] }
const facts = { minimum: 0.5, maximum: 8.5, mean: 4.25, counts: [] }

test('the range of a column', () => {
  expect(rangeOf(number, facts)).toBe('0.5 to 8.5, mean 4.25')
  expect(rangeOf(kind, { ...facts, counts: [3, 4] })).toBe('2 classes')
  expect(rangeOf(number, { ...facts, minimum: null, distinct: 7 })).toBe('7 different values')
  expect(rangeOf(number, { ...facts, type: 'date', minimum: 0, maximum: 19_723 })).toBe(
    '1970-01-01 to 2024-01-01',
  )
})

test('the distribution of a column is told in words', () => {
  expect(distributionOf(kind, { ...facts, counts: [3, 4] })).toEqual({
    counts: [3, 4],
    label: 'Distribution of kind: elm 3, oak 4',
  })
  expect(distributionOf(number, { ...facts, histogram: [1, 5] })?.label).toBe(
    'Distribution of size: 0.5 to 8.5, mean 4.25',
  )
  expect(distributionOf(number, facts)).toBeUndefined()
})

test('cells are written as people know them', () => {
  const cell = cellWriter(number, 'number', [[1], [2.25], [null]])
  expect(cell([1])).toEqual({ text: '1.00', number: true, missing: false })
  expect(cell([null])).toEqual({ text: '', number: false, missing: true })
  expect(cellWriter(kind, undefined, [0, 1])(1).text).toBe('oak')
  expect(cellWriter(number, 'date', [])([19_723]).text).toBe('2024-01-01')
  expect(cellWriter(number, 'text', [])('a text').number).toBe(false)
  expect(cellWriter(number, 'text', [])('').missing).toBe(true)
})

test('a time of day is shown if there is one', () => {
  expect(day(19_723.5)).toBe('2024-01-01 12:00')
  expect(day(19_723 + 1 / 86_400)).toBe('2024-01-01 00:00:01')
  expect(day(1e12)).toBe('1000000000000')
})
