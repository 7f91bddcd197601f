import { expect, it } from 'vitest'
import type { Edge, Graph, Node } from '../contract'
import { sketch } from './sketch'

function node(id: string, x: number, y: number): Node {
  return {
    id,
    layer: 'Dense',
    name: '',
    params: {},
    position: { x, y },
    shares: null,
    graph: null,
    frozen: false,
    training: null,
    bypassed: false,
  }
}

function edge(source: string, target: string): Edge {
  return {
    id: `${source}-${target}`,
    source,
    target,
    source_port: 'output',
    target_port: 'inputs',
    order: 0,
    via: [],
  }
}

function graph(nodes: Node[], edges: Edge[]): Graph {
  return {
    id: 'main',
    name: '',
    nodes,
    edges,
    inputs: [],
    outputs: [],
    ...{ blocks: [], frames: [], notes: [] },
  }
}

it('turns a chain into a row in the middle of the box', () => {
  const chain = graph([node('a', 240, 0), node('b', 240, 96)], [edge('a', 'b')])
  const drawn = sketch(chain, 240, 100)
  expect(drawn.nodes).toEqual([
    { id: 'a', layer: 'Dense', x: 100, y: 50 },
    { id: 'b', layer: 'Dense', x: 140, y: 50 },
  ])
  expect(drawn.wires).toEqual(['M100.0 50.0 C120.0 50.0 120.0 50.0 140.0 50.0'])
  expect(drawn.size).toBe(24)
})

it('keeps any graph inside the box', () => {
  const nodes = Array.from({ length: 60 }, (_, i) => node(`n${i}`, (i % 7) * 300, i * 96))
  const drawn = sketch(graph(nodes, []), 240, 100)
  for (const spot of drawn.nodes) {
    expect(spot.x).toBeGreaterThanOrEqual(drawn.size / 2)
    expect(spot.x).toBeLessThanOrEqual(240 - drawn.size / 2)
    expect(spot.y).toBeGreaterThanOrEqual(drawn.size / 2)
    expect(spot.y).toBeLessThanOrEqual(100 - drawn.size / 2)
  }
})

it('draws an empty graph, a lone node and a wire to nowhere', () => {
  expect(sketch(graph([], []), 240, 100)).toMatchObject({ nodes: [], wires: [] })
  const lone = sketch(graph([node('a', 5, 9)], [edge('a', 'gone')]), 240, 100)
  expect(lone).toMatchObject({ nodes: [{ x: 120, y: 50 }], wires: [] })
})
