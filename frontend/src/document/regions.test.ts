import { expect, it } from 'vitest'
import { folded, foldsOf } from './folding'
import { withRegions } from './regions'
import { edge, graph, node } from './sample'

/** Two equal branches and a pooling layer, which a layer joins, within a longer chain. */
const chain = [...'abcdefgh']
const module = graph(
  [
    ...chain.map((id) => node(id)),
    ...['l1', 'l2', 'r1', 'r2', 'pool'].map((id) => node(id)),
    node('join', 'Concatenate', { name: 'mixed' }),
    ...chain.map((id) => node(`${id}9`)),
  ],
  [
    ...chain.slice(1).map((id, at) => edge(`${chain[at]} ${id}`)),
    ...['h l1', 'l1 l2', 'l2 join', 'h r1', 'r1 r2', 'r2 join', 'h pool', 'pool join'].map((ends) =>
      edge(ends),
    ),
    edge('join a9'),
    ...chain.slice(1).map((id, at) => edge(`${chain[at]}9 ${id}9`)),
  ],
)
const repeats = [
  ['l1', 'l2'],
  ['r1', 'r2'],
].map((nodes) => ({ graph: 'main', name: 'conv', nodes }))

it('folds branches and the layer that joins them, around the folds in them', () => {
  const folds = withRegions(module, foldsOf(module, repeats))
  expect(folds.map(({ id, stage, inside, parts }) => [id, stage, inside, parts.flat()])).toEqual([
    ['fold:block:join', 'mixed', null, ['l1', 'l2', 'r1', 'r2', 'pool', 'join']],
    ['fold:l1', null, 'fold:block:join', ['l1', 'l2']],
    ['fold:r1', null, 'fold:block:join', ['r1', 'r2']],
  ])
  const [region] = folds.slice(0, 1)
  const shown = folded(module, region ? [region] : [], ({ id }) => id)
  expect(shown.edges.map(({ source, target }) => `${source} ${target}`)).toContain(
    'fold:block:join a9',
  )
  expect(shown.nodes).toHaveLength(17)
})

it('leaves alone what is most of the network, and what ends in itself', () => {
  const ids = new Set(['h', 'l1', 'l2', 'r1', 'r2', 'pool', 'join', 'a9'])
  const most = { ...module, nodes: module.nodes.filter(({ id }) => ids.has(id)) }
  const folds = foldsOf(most, repeats)
  expect(withRegions(most, folds)).toEqual(folds)
  const apart = { ...module, edges: module.edges.filter(({ source }) => source !== 'pool') }
  const others = foldsOf(apart, repeats)
  expect(withRegions(apart, others)).toEqual(others)
})

it('folds branches that end in a fold, by its name', () => {
  const ending = [...repeats, { graph: 'main', name: 'inception', nodes: ['pool', 'join'] }]
  const folds = withRegions(module, foldsOf(module, ending))
  expect(folds.map(({ id, kind, inside }) => [id, kind, inside])).toEqual([
    ['fold:block:fold:pool', 'inception', null],
    ['fold:l1', 'conv', 'fold:block:fold:pool'],
    ['fold:r1', 'conv', 'fold:block:fold:pool'],
    ['fold:pool', 'inception', 'fold:block:fold:pool'],
  ])
})

it('leaves branches alone that end in several parts', () => {
  const ending = [
    ...repeats,
    ...['join', 'a9'].map((id) => ({ graph: 'main', name: 'end', nodes: [id] })),
  ]
  const folds = foldsOf(module, ending)
  expect(withRegions(module, folds)).toEqual(folds)
})
