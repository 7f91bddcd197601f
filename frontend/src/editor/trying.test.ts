import { expect, it } from 'vitest'
import type { Entry } from '../contract'
import { benchOfEntry } from './trying'

const port = { variadic: false, optional: false, when: null, count: null, spread: false, help: '' }
const entry = {
  ...{ name: 'Dense', kind: 'layer', path: 'keras.layers.Dense', category: 'Core', code: 'De' },
  ...{ summary: '', help: '', outputs: [], takes_training: false, refused: null, ranks: [2] },
  inputs: [{ ...port, name: 'inputs' }],
  params: [{ name: 'units', start: 64 }],
} as unknown as Entry

it('lays a layer of the palette on the bench, small', () => {
  expect(benchOfEntry(entry)).toMatchObject({
    params: { units: 3 },
    inputs: [{ port: 'inputs', shape: [3, 2] }],
  })
})

it('gives several inputs where a port takes any number, and none to a constant', () => {
  const add = { ...entry, params: [], inputs: [{ ...port, name: 'inputs', variadic: true }] }
  expect(benchOfEntry(add)?.inputs).toHaveLength(2)
  const any = { ...entry, params: [], ranks: [0, 1, 2] }
  expect(benchOfEntry(any)?.inputs).toEqual([{ port: 'inputs', shape: [2] }])
  const named = { ...entry, params: [], ranks: [] }
  const inputs = [
    { ...port, name: 'query' },
    { ...port, name: 'key', optional: true },
  ]
  expect(benchOfEntry({ ...named, inputs })?.inputs).toEqual([{ port: 'query', shape: [2] }])
})

it('leaves out what can not be called', () => {
  expect(benchOfEntry({ ...entry, refused: 'It runs code.' })).toBeNull()
  expect(benchOfEntry({ ...entry, inputs: [] })).toBeNull()
})
