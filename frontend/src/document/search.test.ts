import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Catalogue, Entry } from '../contract'
import { find, groups } from './search'

const raw = JSON.parse(readFileSync('../engine/catalogue/catalogue.json', 'utf8')) as Catalogue
// The file leaves out what is as usual; the API writes it out.
const words = { category: '', summary: '', help: '', refused: null }
const plain = { ...words, inputs: [], outputs: [], params: [], ranks: [] }
const layers = raw.layers.map((entry) => ({ ...plain, ...(entry as object) }) as unknown as Entry)
const catalogue: Catalogue = { ...raw, layers }

function names(text: string): string[] {
  return find(catalogue, text).map(({ name }) => name)
}

describe('finding layers', () => {
  it.each([
    ['dense', 'Dense'],
    ['conv2d', 'Conv2D'],
    ['lst', 'LSTM'],
    ['gap2d', 'GlobalAveragePooling2D'],
    ['mha', 'MultiHeadAttention'],
    ['max pool 2', 'MaxPooling2D'],
    ['norm batch', 'BatchNormalization'],
    ['fully connected', 'Dense'],
    ['deconvolution', 'Conv2DTranspose'],
    ['overfitting', 'Dropout'],
    ['convd2', 'Conv2D'],
    ['dropuot', 'Dropout'],
    ['maxpoling', 'MaxPooling2D'],
    ['lstn', 'LSTM'],
    ['residual', 'Add'],
  ])('%s is %s', (text, name) => expect(names(text)[0]).toBe(name))

  it('shows why a layer can’t be placed, after those that can', () => {
    const matches = find(catalogue, 'lambda')
    expect(matches.at(-1)?.name).toBe('Lambda')
    expect(matches.at(-1)?.refused).toBeTruthy()
  })

  it('finds nothing for nonsense, and for nothing', () => {
    expect(names('zzzz')).toEqual([])
    expect(names('  ')).toEqual([])
  })

  it('puts every layer that can be placed into one group', () => {
    const grouped = groups(catalogue).flatMap((group) => group.entries)
    expect(grouped).toHaveLength(layers.filter((entry) => !entry.refused).length)
    expect(grouped.length).toBeGreaterThan(100)
  })
})
