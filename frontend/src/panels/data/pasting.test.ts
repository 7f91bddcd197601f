import { expect, it } from 'vitest'
import { pastedFile, tableInText } from './pasting'

it.each([
  ['a\tb\n1\t2\n', 'tsv'],
  ['a\tb\r\n1\t"two\r\nlines"\r\n', 'tsv'],
  ['a;b\n1,5;2\n', 'csv'],
  ['a,b\n\n1,2', 'csv'],
  ['one line\twith a tab', undefined],
  ['Two lines,\nof a text', undefined],
  ['{"a": 1,\n"b": 2}', undefined],
  ['', undefined],
])('finds the table in %j', (text, ending) => {
  expect(tableInText(text)?.ending).toBe(ending)
})

it('gives each pasted table a name of its own', async () => {
  const file = pastedFile({ text: 'a\tb\n1\t2' }, ['Pasted table.tsv', 'Pasted table 2.tsv'])
  expect(file?.name).toBe('Pasted table 3.tsv')
  expect(await file?.text()).toBe('a\tb\n1\t2')
  expect(pastedFile({ text: 'no table' }, [])).toBeNull()
})
