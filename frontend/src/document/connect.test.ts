import { describe, expect, it } from 'vitest'
import type { Graph, Operation } from '../contract'
import {
  canInsert,
  connect,
  insertInto,
  likelyPort,
  rewire,
  sourcesFor,
  targetsFor,
  whyNot,
} from './connect'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { edge, graph, LAYERS, node } from './sample'

const chain = graph(
  [node('in', 'Input'), node('a'), node('b'), node('sum', 'Add'), node('at', 'Attend')],
  [edge('in a'), edge('a b')],
)

function wire(words: string, target_port = 'inputs', source_port = 'output') {
  const [source = '', target = ''] = words.split(' ')
  return { source, source_port, target, target_port }
}

/** What the graph's wires are after some operations, as "a.output b.inputs". */
function wires(before: Graph, operations: Operation[]): string[] {
  const document = { ...emptyDocument(), graphs: [before] }
  const { document: after, refused } = applyAll(document, operations)
  expect(refused).toEqual([])
  const edges = after.graphs[0]?.edges ?? []
  return edges
    .toSorted((a, b) => a.order - b.order)
    .map((edge) => `${edge.source}.${edge.source_port} ${edge.target}.${edge.target_port}`)
}

describe('what may be joined', () => {
  it('nothing to itself, nothing in a cycle', () => {
    expect(whyNot(chain, wire('a a'))).toMatch(/itself/)
    expect(whyNot(chain, wire('b a'))).toMatch(/cycle/)
    expect(whyNot(chain, wire('a sum'))).toBe(null)
  })

  it('a wire can be reconnected to its own port', () => {
    expect(whyNot(chain, wire('b a'), 'a-b')).toBe(null)
  })

  it('sources and targets leave cycles out', () => {
    expect(sourcesFor(chain, LAYERS, 'a').map(({ node }) => node.id)).toEqual(['in', 'sum', 'at'])
    const targets = targetsFor(chain, LAYERS, 'b').map(
      ({ node, port }) => `${node.id}.${port.name}`,
    )
    expect(targets).toEqual(['sum.inputs', 'at.query', 'at.value', 'at.mask'])
  })
})

describe('joining', () => {
  it('a port for one wire drops its previous wire', () => {
    expect(wires(chain, connect(chain, LAYERS, wire('in b')))).toEqual([
      'in.output a.inputs',
      'in.output b.inputs',
    ])
  })

  it('joining again what is joined changes nothing', () => {
    expect(connect(chain, LAYERS, wire('a b'))).toEqual([])
  })

  it('a variadic port takes any number of wires, in order', () => {
    let now = chain
    for (const words of ['a sum', 'b sum', 'in sum']) {
      const operations = connect(now, LAYERS, wire(words))
      const { document } = applyAll({ ...emptyDocument(), graphs: [now] }, operations)
      now = document.graphs[0] as Graph
    }
    expect(now.edges.filter(({ target }) => target === 'sum').map(({ order }) => order)).toEqual([
      0, 1, 2,
    ])
  })

  it('a wire gets another end', () => {
    const before = chain.edges[1]
    expect(before && wires(chain, rewire(chain, LAYERS, before, wire('a at', 'value')))).toEqual([
      'in.output a.inputs',
      'a.output at.value',
    ])
  })

  it('a layer is put into a wire', () => {
    const between = node('x')
    const before = { ...chain, nodes: [...chain.nodes, between] }
    const [, second] = chain.edges
    expect(second && wires(before, insertInto(before, LAYERS, second, between))).toEqual([
      'in.output a.inputs',
      'a.output x.inputs',
      'x.output b.inputs',
    ])
  })

  it('a layer without inputs can’t be put into a wire', () => {
    const [first] = chain.edges
    expect(first && insertInto(chain, LAYERS, first, node('x', 'Input'))).toEqual([])
  })
})

describe('the port that is meant', () => {
  it('is the first that is free and needed', () => {
    const at = node('at', 'Attend')
    expect(likelyPort(graph([at]), LAYERS, at)?.name).toBe('query')
    const branch = graph([at, node('a')], [edge('a at', { target_port: 'query' })])
    expect(likelyPort(branch, LAYERS, at)?.name).toBe('value')
  })
})

describe('putting a card of the graph into a wire', () => {
  const there = graph(
    [
      ...['in', 'free', 'sum', 'fed', 'above'].map((id) =>
        node(id, { in: 'Input', sum: 'Add' }[id] ?? 'Dense'),
      ),
      node('a'),
      node('b'),
    ],
    [edge('in a'), edge('a b'), edge('in fed'), edge('b sum'), edge('above sum')],
  )
  const at = (id: string) => there.nodes.find((item) => item.id === id) as never
  const between = edge('a b')

  it.each([
    ['free', true],
    ['fed', false], // its input is taken
    ['above', false], // its output feeds another card
    ['in', false], // it has no input
    ['a', false], // it is an end of the wire
    ['sum', false], // it comes after the wire
  ])('%s: %s', (id, possible) => {
    expect(canInsert(there, LAYERS, between, at(id))).toBe(possible)
  })

  it('gives an input for many wires one more', () => {
    const aside = graph(there.nodes, [edge('in a'), edge('a b'), edge('above sum')])
    expect(canInsert(aside, LAYERS, between, at('sum'))).toBe(true)
    expect(wires(aside, insertInto(aside, LAYERS, between, at('sum')))).toEqual([
      'in.output a.inputs',
      'above.output sum.inputs',
      'sum.output b.inputs',
      'a.output sum.inputs',
    ])
  })
})
