import { describe, expect, it } from 'vitest'
import { portsOf } from './layers'
import { inOrder } from './order'
import { edge, entry, graph, LAYERS, node, port } from './sample'
import { tellingLine } from './telling'

describe('ports', () => {
  it('are there when their parameter says so', () => {
    const names = (params: object) =>
      portsOf(node('l', 'LSTM', { params: { ...params } }), LAYERS).outputs.map(({ name }) => name)
    expect(names({})).toEqual(['output'])
    expect(names({ return_state: true })).toEqual(['output', 'state'])
  })

  it('are as many as a parameter counts, or one more than it has cuts', () => {
    const split = entry('ops.split', { outputs: [port('output', { count: 'sections' })] })
    const names = (params: object) =>
      portsOf(
        node('s', 'ops.split', { params: { ...params } }),
        new Map([['ops.split', split]]),
      ).outputs.map(({ name }) => name)
    expect(names({})).toEqual(['output'])
    expect(names({ sections: 3 })).toEqual(['output', 'output_1', 'output_2'])
    expect(names({ sections: [2] })).toEqual(['output', 'output_1'])
    expect(names({ sections: 'many' })).toEqual(['output'])
    expect(names({ sections: 0 })).toEqual(['output'])
  })

  it('of a layer nobody knows are an input and an output', () => {
    const { inputs, outputs } = portsOf(node('x', 'Unheard'), LAYERS)
    expect([...inputs, ...outputs].map(({ name }) => name)).toEqual(['inputs', 'output'])
  })
})

describe('the order of reading', () => {
  it('follows the wires, a branch to its end', () => {
    const nodes = ['join', 'b2', 'b1', 'a', 'in'].map((id, i) =>
      node(id, 'Dense', { position: { x: i, y: -i } }),
    )
    const edges = ['in a', 'in b1', 'b1 b2', 'a join', 'b2 join'].map((words) => edge(words))
    const order = inOrder(graph(nodes, edges)).map(({ id }) => id)
    for (const words of edges) {
      expect(order.indexOf(words.source)).toBeLessThan(order.indexOf(words.target))
    }
    expect(order.indexOf('b2')).toBe(order.indexOf('b1') + 1)
  })

  it('holds every node of a graph with circles and loose ends', () => {
    const circle = graph(
      ['a', 'b', 'c', 'd'].map((id) => node(id)),
      [edge('a b'), edge('b a'), edge('b c'), edge('gone d')],
    )
    expect(
      inOrder(circle)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('the telling line', () => {
  const line = (layer: string, params: object, wires = 1) =>
    tellingLine(node('n', layer, { params: { ...params } }), LAYERS.get(layer), wires)

  it.each([
    ['Dense', { units: 10, activation: 'softmax' }, '10 · softmax'],
    ['Dense', { units: 10, use_bias: false }, '10 · no bias'],
    ['Dense', { units: 2, activation: { class: 'LeakyReLU', params: {} } }, '2 · LeakyReLU'],
    ['Input', { shape: [8, null, 1] }, '8×?×1 · float32'],
    ['Attend', {}, 'Attend'],
  ])('of %s is short', (layer, params, expected) => expect(line(layer, params)).toBe(expected))

  it('counts what is joined', () => expect(line('Add', {}, 3)).toBe('3 inputs'))
})
