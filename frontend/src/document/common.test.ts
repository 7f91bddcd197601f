import { describe, expect, it } from 'vitest'
import { commonOf, Mixed, setCommon } from './common'
import type { Layers } from './layers'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { entry, graph, node, param } from './sample'

const LAYERS: Layers = new Map(
  [
    entry('Dense', {
      params: [
        param('units', 'integer', { required: true }),
        param('activation', 'activation', { nullable: true }),
        param('use_bias', 'boolean', { default: true }),
      ],
    }),
    entry('Conv', {
      params: [
        param('filters', 'integer', { required: true }),
        param('activation', 'activation', { nullable: true }),
        param('use_bias', 'boolean', { default: false }),
        param('units', 'number'),
      ],
    }),
  ].map((layer) => [layer.name, layer]),
)

const there = graph([
  node('a', 'Dense', { params: { units: 8, activation: 'relu' } }),
  node('b', 'Dense', { params: { units: 16, activation: 'relu' } }),
  node('c', 'Conv', { params: { filters: 4, activation: 'relu' } }),
  node('d', 'Dense', { shares: 'a' }),
  node('e', 'Dense', { params: { units: 8, use_bias: true } }),
  node('f', 'Lost'),
])
const pick = (ids: string) => there.nodes.filter(({ id }) => ids.includes(id))
const common = (ids: string) => commonOf(there, LAYERS, pick(ids))

/** The parameters of nodes after some of them were set together. */
function setTogether(ids: string, name: string, value: unknown, before = there) {
  const nodes = before.nodes.filter(({ id }) => ids.includes(id))
  const operations = setCommon(before, LAYERS, nodes, name, value)
  const { document, refused } = applyAll({ ...emptyDocument(), graphs: [before] }, operations)
  expect(refused).toEqual([])
  const graphAfter = document.graphs[0] as typeof there
  const params = Object.fromEntries(graphAfter.nodes.map((item) => [item.id, item.params]))
  return { graph: graphAfter, operations, params }
}

describe('what several nodes have in common', () => {
  it('is everything where they are of one type', () => {
    expect(common('ab')?.entry.params.map(({ name }) => name)).toEqual([
      'units',
      'activation',
      'use_bias',
    ])
  })

  it('is what has the same name and rule where they are not', () => {
    const names = common('ac')?.entry.params.map(({ name }) => name)
    expect(names).toEqual(['activation', 'use_bias'])
  })

  it('is nothing with a layer that is not in the catalogue', () => {
    expect(common('af')?.entry.params).toEqual([])
    expect(common('f')).toBe(null)
  })

  it('shows no value where they differ, and the value where they agree', () => {
    const params = common('ab')?.params
    expect(params?.units).toEqual(
      new Mixed(
        new Map([
          ['a', 8],
          ['b', 16],
        ]),
      ),
    )
    expect(params?.activation).toBe('relu')
    expect(params).not.toHaveProperty('use_bias')
  })

  it('counts a default as a value', () => {
    expect(common('ae')?.params.use_bias).toBe(true)
    expect(common('ac')?.params.use_bias).toBeInstanceOf(Mixed)
  })
})

describe('setting a common parameter', () => {
  it('changes all nodes, and only those', () => {
    const { params } = setTogether('ab', 'units', 64)
    expect([params.a?.units, params.b?.units, params.e?.units]).toEqual([64, 64, 8])
  })

  it('changes the owner of a shared layer', () => {
    const { params } = setTogether('bd', 'units', 64)
    expect([params.a?.units, params.b?.units, params.d?.units]).toEqual([64, 64, undefined])
  })

  it('gives back what each had', () => {
    const before = common('ab')?.params.units
    const { graph: changed } = setTogether('ab', 'units', 64)
    expect(setTogether('ab', 'units', before, changed).params).toEqual(
      Object.fromEntries(there.nodes.map(({ id, params }) => [id, params])),
    )
  })

  it('changes nothing that has the value or the default', () => {
    expect(setTogether('ae', 'units', 8).operations).toEqual([])
    expect(setTogether('ab', 'use_bias', undefined).operations).toEqual([])
  })
})
