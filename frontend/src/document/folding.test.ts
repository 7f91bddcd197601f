import { describe, expect, it } from 'vitest'
import type { Graph, Repeat } from '../contract'
import { folded, foldsOf } from './folding'

const path = ['in', 'a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'out']
const graph = {
  id: 'main',
  nodes: path.map((id, i) => ({
    id,
    name: `${id.startsWith('c') ? 'late' : 'early'}_${id}`,
    layer: 'Dense',
    position: { x: 0, y: i * 96 },
  })),
  edges: path.slice(1).map((target, i) => ({
    id: `e${i}`,
    source: path[i],
    source_port: 'output',
    target,
    target_port: 'inputs',
  })),
} as unknown as Graph
const repeats: Repeat[] = ['a', 'b', 'c'].map((part) => ({
  graph: 'main',
  name: 'block',
  nodes: [`${part}1`, `${part}2`],
}))

describe('folding', () => {
  it('joins parts that follow each other within a stage', () => {
    expect(foldsOf(graph, repeats).map(({ stage, parts }) => [stage, parts.length])).toEqual([
      ['early', 2],
      ['late', 1],
    ])
  })

  it('joins different blocks of a stage', () => {
    const [a, b, c] = repeats as [Repeat, Repeat, Repeat]
    const folds = foldsOf(graph, [{ ...a, name: 'other_block' }, { ...b, name: 'some_block' }, c])
    expect(folds.map(({ kind, parts }) => [kind, parts.length])).toEqual([
      ['block', 2],
      ['block', 1],
    ])
  })

  it('does not join parts with another layer between them', () => {
    const [a, b] = repeats
    const apart = [{ ...(a as Repeat), nodes: ['a1'] }, b as Repeat]
    expect(foldsOf(graph, apart).map(({ parts }) => parts.length)).toEqual([1, 1])
  })

  it('forgets parts of which a node is gone', () => {
    const rest = { ...graph, nodes: graph.nodes.filter(({ id }) => id !== 'b1') }
    expect(foldsOf(rest, repeats).map(({ parts }) => parts.flat())).toEqual([
      ['a1', 'a2'],
      ['c1', 'c2'],
    ])
  })

  it('shows a card and the wires around it, and changes nothing', () => {
    const before = structuredClone(graph)
    const picture = folded(graph, foldsOf(graph, repeats), ({ parts }) => `×${parts.length}`)
    expect(picture.nodes.map(({ id, name }) => [id, name])).toEqual([
      ['in', 'early_in'],
      ['fold:a1', '×2'],
      ['fold:c1', '×1'],
      ['out', 'early_out'],
    ])
    expect(picture.edges.map(({ source, target }) => `${source} → ${target}`)).toEqual([
      'in → fold:a1',
      'fold:a1 → fold:c1',
      'fold:c1 → out',
    ])
    expect(graph).toEqual(before)
  })

  it('lists the layers of a part in the order of the document', () => {
    const [part] = foldsOf(graph, [{ graph: 'main', name: 'block', nodes: ['b1', 'a2', 'a1'] }])
    expect(part?.parts).toEqual([['a1', 'a2', 'b1']])
  })

  it('lists parts in a part after it, to be shown when it is open', () => {
    const inner = ['a', 'b'].map((part) => ({ graph: 'main', name: 'inner', nodes: [`${part}1`] }))
    const folds = foldsOf(graph, [...inner, ...repeats])
    expect(folds.map(({ id, kind, inside }) => [id, kind, inside])).toEqual([
      ['fold:a1', 'block', null],
      ['fold:a1/a1', 'inner', 'fold:a1'],
      ['fold:a1/b1', 'inner', 'fold:a1'],
      ['fold:c1', 'block', null],
    ])
  })
})

it('counts the blocks that names count, where a block has several parts', () => {
  const names = ['x', 'block2a_conv', 'block2a_project', 'block2b_conv', 'block2b_project']
  const ids = names.map((_, at) => `n${at}`)
  const chain = {
    id: 'main',
    nodes: ids.map((id, at) => ({ id, name: names[at], layer: 'Dense' })),
    edges: ids.slice(1).map((target, at) => ({ id: target, source: ids[at], target })),
  } as unknown as Graph
  const parts = [['n1'], ['n2'], ['n3', 'n4']].map((nodes, at) => ({
    ...{ graph: 'main', nodes, name: at === 0 ? 'conv_bn_silu' : 'residual_block' },
  }))
  const [fold, ...others] = foldsOf(chain, parts)
  expect(others).toEqual([])
  expect(fold).toMatchObject({ stage: 'block2', kind: 'block', count: 2 })
})

describe('a run of parts that read one more tensor', () => {
  const wire = (source: string, target: string) => ({
    ...{ id: `${source} ${target}`, source, target },
    ...{ source_port: 'output', target_port: 'inputs', order: 0, via: [] },
  })
  const ids = ['memory', 'start', 'a', 'b', 'c', 'd']
  const decoder = (...more: [string, string][]) =>
    ({
      id: 'main',
      nodes: ids.map((id) => ({ id, name: '', layer: 'Dense', position: { x: 0, y: 0 } })),
      edges: [...pairs, ...more].map(([source, target]) => wire(source, target)),
    }) as unknown as Graph
  const pairs: [string, string][] = [
    ['start', 'a'],
    ['a', 'b'],
    ['b', 'c'],
  ]
  const blocks: Repeat[] = ['a', 'b', 'c'].map((id) => ({
    ...{ graph: 'main', name: 'block', nodes: [id] },
  }))
  const runs = (some: Graph) => foldsOf(some, blocks).map(({ parts }) => parts.flat().join(' '))

  it('goes on where all of them read it, as a decoder reads the end of its encoder', () => {
    expect(runs(decoder(['memory', 'a'], ['memory', 'b'], ['memory', 'c']))).toEqual(['a b c'])
  })

  it('goes on where a part reads the one before the last, as a cell does', () => {
    expect(runs(decoder(['a', 'c']))).toEqual(['a b c'])
  })

  it('ends where a part reads what the first does not', () => {
    expect(runs(decoder(['memory', 'c']))).toEqual(['a b', 'c'])
  })

  it('is no run where several of its parts are read from outside, as in an encoder of a U-Net', () => {
    expect(runs(decoder(['a', 'd']))).toEqual(['a b c'])
    expect(runs(decoder(['a', 'd'], ['b', 'd']))).toEqual(['a', 'b', 'c'])
  })

  it('does not join parts that only read the same', () => {
    const edges = ['a', 'b', 'c'].map((target) => wire('start', target))
    expect(runs({ ...decoder(), edges } as Graph)).toEqual(['a', 'b', 'c'])
  })
})
