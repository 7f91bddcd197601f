import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Document, Graph, Node, Port } from '../contract'
import { portsOf } from './layers'
import { lookup } from './lookup'
import { DOCUMENT, fill } from './model'
import { LayerIndex } from './models'
import { inOrder } from './order'
import { edge, graph, LAYERS, node } from './sample'
import { CATALOGUE } from './sampleCatalogue'
import { tellingLine } from './telling'

interface Case {
  name: string
  node: string
  graphs: object[]
  inputs: string | null
  outputs: string | null
}

const { cases } = JSON.parse(readFileSync('../tests/ports.json', 'utf8')) as { cases: Case[] }

/** Ports in the notation of the cases. */
function words(some: readonly Port[]): string {
  const flags = ({ variadic, spread, optional }: Port) =>
    `${variadic ? '*' : ''}${spread ? '+' : ''}${optional ? '?' : ''}`
  return some.map((port) => port.name + flags(port)).join(' ')
}

describe('ports', () => {
  it.each(cases)('of $name', ({ graphs, node: id, inputs, outputs }) => {
    const document = fill(DOCUMENT, { graphs }) as unknown as Document
    const main = document.graphs[0] as Graph
    const layers = new LayerIndex().of(CATALOGUE, document)
    const ports = portsOf(main, lookup(main).nodes.get(id) as Node, layers)
    // A node of unknown ports is drawn with one input and one output, so that its wires are shown.
    expect(words(ports.inputs)).toBe(inputs ?? 'inputs')
    expect(words(ports.outputs)).toBe(outputs ?? 'output')
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

  it('holds every node of a graph with cycles and loose ends', () => {
    const cycle = graph(
      ['a', 'b', 'c', 'd'].map((id) => node(id)),
      [edge('a b'), edge('b a'), edge('b c'), edge('gone d')],
    )
    expect(
      inOrder(cycle)
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
    ['Attend', {}, ''],
  ])('of %s is short', (layer, params, expected) => expect(line(layer, params)).toBe(expected))

  it('counts what is joined', () => expect(line('Add', {}, 3)).toBe('3 inputs'))
})
