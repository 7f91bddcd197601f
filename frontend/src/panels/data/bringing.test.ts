import { expect, it } from 'vitest'
import type { Options } from '../../contract'
import { isDataFile } from '../../editor/datafiles'
import { withColumn } from './bringing'

it('tells files of data from models by their names', () => {
  const data = ['a.csv', 'B.TSV', 'x.y.parquet', 'images.zip', 'pixels.npz', 'a.tar.gz', 't.xlsx']
  expect(data.filter(isDataFile)).toEqual(data)
  const models = ['model.keras', 'model.h5', 'model.json', 'train.py', 'train.ipynb', 'csv']
  expect(models.filter(isDataFile)).toEqual([])
})

it('changes how one column is read, and keeps the others', () => {
  const options: Options = {
    delimiter: ',',
    decimal: '.',
    encoding: 'utf-8',
    header: true,
    skip: null,
    sheet: null,
    size: null,
    colour: null,
    windows: null,
    columns: {
      a: { type: 'number', role: 'input', separator: null, format: null },
      b: { type: 'text', role: 'other', separator: null, format: null },
    },
  }
  expect(withColumn(options, 'a', { type: 'category' })).toEqual({
    ...options,
    columns: {
      ...options.columns,
      a: { type: 'category', role: 'input', separator: null, format: null },
    },
  })
})
