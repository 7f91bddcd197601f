import { describe, expect, it } from 'vitest'
import type { Catalogue, Document, Graph } from '../contract'
import { labelOf, portsOf } from './layers'
import { emptyDocument } from './model'
import { LayerIndex } from './models'
import { edge, entry, graph, node } from './sample'
import { graphName, pathTo, placeableModels, portsOfModel } from './submodels'

const CATALOGUE: Catalogue = { keras: '3', categories: [], layers: [entry('Dense')], objects: [] }

function part(id: string, calls: string[] = [], more: Partial<Graph> = {}): Graph {
  const nodes = calls.map((called) => node(`call-${called}`, 'Model', { graph: called }))
  return { ...graph(nodes), id, ...more }
}

function document(...graphs: Graph[]): Document {
  return { ...emptyDocument(), graphs: graphs as Document['graphs'] }
}

function names(ports: readonly { name: string }[]): string[] {
  return ports.map(({ name }) => name)
}

describe('the way to a graph', () => {
  const nested = document(part('main', ['a']), part('a', ['b']), part('b', ['a']), part('alone'))

  it('goes through those that call it, and meets no cycle', () => {
    expect(pathTo(nested, 'main')).toEqual(['main'])
    expect(pathTo(nested, 'b')).toEqual(['main', 'a', 'b'])
  })

  it('to one that nothing calls starts at the model', () => {
    expect(pathTo(nested, 'alone')).toEqual(['main', 'alone'])
  })
})

describe('the ports of a sub-model', () => {
  it('are plain where there is one of a kind', () => {
    const line = graph([node('i', 'Input'), node('d')], [edge('i d')])
    const { inputs, outputs } = portsOfModel(line)
    expect([names(inputs), names(outputs)]).toEqual([['inputs'], ['output']])
  })

  it('are called after the nodes inside where there are several, as the graph lists them', () => {
    const nodes = [node('first', 'Input'), node('8-second', 'Input'), node('p'), node('q')]
    const model = { ...graph(nodes), inputs: ['first', '8-second'] }
    const { inputs, outputs } = portsOfModel(model)
    expect([names(inputs), names(outputs)]).toEqual([
      ['first', 'n8_second'],
      ['p', 'q'],
    ])
  })

  it('follow what the graph says that it returns', () => {
    const outputs = [
      { node: 'd', port: 'output' },
      { node: 'd', port: 'state' },
      { node: 'gone', port: 'output' },
    ]
    const listed = { ...graph([node('d')]), outputs }
    expect(names(portsOfModel(listed).outputs)).toEqual(['d', 'd_state'])
  })

  it('are those of every call, and stay the same while nothing about them changes', () => {
    const index = new LayerIndex()
    const inner = { ...graph([node('p'), node('q')]), id: 'inner' }
    const first = node('first', 'Model', { graph: 'inner' })
    const again = node('again', 'Model', { shares: 'first' })
    const main = graph([first, again])
    const whole = document(main, inner)
    const layers = index.of(CATALOGUE, whole)
    expect(names(portsOf(main, first, layers).outputs)).toEqual(['p', 'q'])
    expect(names(portsOf(main, again, layers).outputs)).toEqual(['p', 'q'])
    const moved = node('p', 'Dense', { position: { x: 8, y: 8 } })
    const below = node('q', 'Dense', { position: { x: 8, y: 96 } })
    const edited = document(graph([first, again]), { ...inner, nodes: [moved, below] })
    expect(index.of(CATALOGUE, edited)).toBe(layers)
    const renamed = index.of(CATALOGUE, document(graph([first]), { ...inner, name: 'Other' }))
    expect(renamed).not.toBe(layers)
    expect(labelOf(first, renamed)).toBe('Other')
    expect(index.of(CATALOGUE, document(graph([])))).not.toBe(layers)
  })
})

it('calls the model by the project and a graph by its name', () => {
  const whole = { ...document(part('main'), part('g', [], { name: 'Block' }), part('h')), name: '' }
  expect(['main', 'g', 'h'].map((id) => graphName(whole, id))).toEqual([
    'Untitled',
    'Block',
    'Model',
  ])
})

it('offers every sub-model but those that would then contain themselves', () => {
  const whole = document(
    part('main', ['outer']),
    part('outer', ['inner']),
    part('inner'),
    part('other'),
  )
  const refused = placeableModels(whole, 'inner').filter((entry) => entry.refused)
  expect(refused.map((entry) => entry.graph)).toEqual(['outer', 'inner'])
  expect(placeableModels(whole, 'main').filter((entry) => entry.refused)).toEqual([])
})
