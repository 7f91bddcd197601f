import { expect, it } from 'vitest'
import { graphsOf, lookup, reached } from './lookup'
import { emptyDocument } from './model'
import { edge, graph, node } from './sample'

const diamond = graph(
  [node('in'), node('a'), node('b', 'Dense', { shares: 'a' }), node('out'), node('apart')],
  [edge('in a'), edge('in b'), edge('a out'), edge('b out')],
)

it('knows whose weights are shared', () => {
  expect([...lookup(diamond).owners]).toEqual(['a'])
})

it('finds what a node leads to, and what leads to it', () => {
  expect([...reached(diamond, 'a', 'from')]).toEqual(['a', 'out'])
  expect([...reached(diamond, 'out', 'into')].toSorted()).toEqual(['a', 'b', 'in', 'out'])
})

it('stops in a cycle', () => {
  const cycle = graph([node('a'), node('b')], [edge('a b'), edge('b a')])
  expect([...reached(cycle, 'a', 'from')]).toEqual(['a', 'b'])
})

it('indexes each state of a graph and of a document once', () => {
  const document = { ...emptyDocument(), graphs: [diamond] }
  expect(graphsOf(document).get(diamond.id)).toBe(diamond)
  expect(graphsOf(document)).toBe(graphsOf(document))
  expect(lookup(diamond)).toBe(lookup(diamond))
  expect(lookup({ ...diamond })).not.toBe(lookup(diamond))
})
