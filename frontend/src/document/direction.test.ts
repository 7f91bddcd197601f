import { expect, it } from 'vitest'
import type { Graph } from '../contract'
import { runsRight } from './direction'
import { arrange } from './layout/arrange'

function graph(places: Record<string, [number, number]>, ...wires: string[]): Graph {
  return {
    nodes: Object.entries(places).map(([id, [x, y]]) => ({ id, position: { x, y } })),
    edges: wires.map((wire) => {
      const [source, target] = wire.split(' ')
      return { id: wire, source, target }
    }),
  } as unknown as Graph
}

const branches = graph(
  { a: [0, 0], b: [0, 0], c: [0, 0], d: [0, 0], e: [0, 0], f: [0, 0] },
  ...['a b', 'a c', 'a d', 'b e', 'c e', 'd e', 'e f', 'a e'],
)

it.each([false, true])('is the way that a graph was laid out: %s', (sideways) => {
  const positions = arrange({ ...branches, sideways })
  const nodes = branches.nodes.map((node) => ({ ...node, position: positions.get(node.id) }))
  expect(runsRight({ nodes, edges: branches.edges } as never)).toBe(sideways)
})

it('is not turned by a single wire to the right', () => {
  const pair = { a: [0, 0], b: [304, 0] } as never
  expect(runsRight(graph(pair, 'a b'))).toBe(false)
  expect(runsRight(graph({ a: [0, 0], b: [304, 0], c: [608, 0] }, 'a b', 'b c'))).toBe(true)
})

it('turns when wires change, though no card moves', () => {
  const before = graph({ a: [0, 0], b: [304, 0], c: [608, 0] }, 'a b', 'b c')
  expect(runsRight(before)).toBe(true)
  expect(runsRight({ ...before, edges: before.edges.slice(1) })).toBe(false)
})

it('is down for a U, whose second half leads up', () => {
  const places = { a: [0, 0], b: [0, 96], c: [304, 96], d: [304, 0], e: [304, -96] } as never
  expect(runsRight(graph(places, 'a b', 'b c', 'c d', 'a d', 'd e'))).toBe(false)
})
