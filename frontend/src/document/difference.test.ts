import { describe, expect, it } from 'vitest'
import type { Document, Edge, Node } from '../contract'
import { difference, marksOf, union } from './difference'
import { emptyDocument } from './model'
import { graph, node, edge as wire } from './sample'

function edge(id: string, source: string, target: string): Edge {
  return { ...wire(`${source} ${target}`), id }
}

function document(nodes: Node[], edges: Edge[] = []): Document {
  return { ...emptyDocument(), name: 'Old', graphs: [graph(nodes, edges)] }
}

describe('the difference of two documents', () => {
  it('names layers that were added, removed and changed', () => {
    const before = document([node('a'), node('b', 'Dense', { params: { units: 3 } })])
    const after = document([node('b', 'Dense', { params: { units: 5 }, frozen: true }), node('c')])
    const changes = difference(before, after)
    expect(changes.map((change) => [change.kind, 'node' in change && change.node.id])).toEqual([
      ['added', 'c'],
      ['removed', 'a'],
      ['changed', 'b'],
      ['changed', 'b'],
    ])
    expect(changes).toContainEqual(expect.objectContaining({ name: 'units', from: 3, to: 5 }))
    expect(Object.fromEntries(marksOf(changes, 'main'))).toEqual({
      a: 'removed',
      b: 'changed',
      c: 'added',
    })
  })

  it('does not count places and ids of wires', () => {
    const before = document([node('a'), node('b')], [edge('one', 'a', 'b')])
    const after = document(
      [node('a', 'Dense', { position: { x: 9, y: 9 } }), node('b')],
      [edge('two', 'a', 'b')],
    )
    expect(difference(before, after)).toEqual([])
  })

  it('counts wires', () => {
    const nodes = [node('a'), node('b'), node('c')]
    const before = document(nodes, [edge('ab', 'a', 'b')])
    const after = document(nodes, [edge('ac', 'a', 'c'), edge('bc', 'b', 'c')])
    expect(difference(before, after)).toEqual([
      { kind: 'wires', graph: 'main', added: 2, removed: 1 },
    ])
  })

  it('names settings, and each parameter of an object', () => {
    const before = document([])
    const after = { ...document([]), name: 'New' }
    after.training = {
      ...after.training,
      epochs: 99,
      optimizer: { class: before.training.optimizer.class, params: { learning_rate: 0.1 } },
    }
    expect(difference(before, after)).toEqual([
      { kind: 'setting', name: 'name', from: before.name, to: 'New' },
      { kind: 'setting', name: 'optimizer.learning_rate', from: undefined, to: 0.1 },
      { kind: 'setting', name: 'epochs', from: before.training.epochs, to: 99 },
    ])
  })

  it('is empty for a document and itself', () => {
    const same = document([node('a')])
    expect(difference(same, structuredClone(same))).toEqual([])
  })
})

it('a union has the nodes and wires of both graphs, as the second has them', () => {
  const before = document([node('a'), node('b')], [edge('ab', 'a', 'b')])
  const after = document([node('b', 'Dense', { name: 'new' }), node('c')], [edge('bc', 'b', 'c')])
  const both = union(before.graphs[0], after.graphs[0])
  expect(both.nodes.map(({ id, name }) => id + name)).toEqual(['a', 'bnew', 'c'])
  expect(both.edges.map(({ id }) => id)).toEqual(['ab', 'bc'])
})
