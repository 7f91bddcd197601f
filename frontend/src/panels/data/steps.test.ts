import { expect, test } from 'vitest'
import type { DataSet, Description, Problem } from '../../contract'
import type { Step } from '../../document/preparation'
import { isRemedied } from './remedies'
import { readingLines, storedLines } from './steps'

const FILL: Step = { type: 'fill', columns: ['age'], by: 'median', value: null }

const gaps = { code: 'column_has_gaps', arguments: { column: 'age', count: 3 } } as Partial<Problem>

test('a note on missing values is remedied by a step for its column', () => {
  expect(isRemedied(gaps as Problem, [])).toBe(false)
  expect(isRemedied(gaps as Problem, [{ ...FILL, columns: ['size'] }])).toBe(false)
  expect(isRemedied(gaps as Problem, [FILL])).toBe(true)
  expect(isRemedied(gaps as Problem, [{ type: 'leave_out_missing', columns: [] }])).toBe(true)
  const constant = { ...gaps, code: 'column_is_constant' } as Problem
  expect(isRemedied(constant, [FILL])).toBe(false)
})

test('what reading did does not count the gaps that a step cares for', () => {
  const column = { name: 'age', type: 'number', role: 'input', missing: 3 }
  const description = { columns: [column], options: { size: null }, family: 'table' }
  const lines = (steps: Step[]) => readingLines(description as unknown as Description, steps)
  expect(lines([])).toEqual(['3 values of “age” are missing.'])
  expect(lines([FILL])).toEqual([])
})

test('a data set without a file says what its columns hold', () => {
  const columns = [
    { name: 'image', role: 'input', classes: [], help: 'Grey values from 0 to 1.' },
    { name: 'digit', role: 'target', classes: ['0', '1'], help: '' },
    { name: 'writer', role: 'other', classes: ['a'], help: 'Who wrote it.' },
  ]
  expect(storedLines({ columns } as unknown as DataSet)).toEqual([
    'Categories are class numbers: digit.',
    'image: Grey values from 0 to 1.',
  ])
})
