import { describe, expect, it } from 'vitest'
import type { Document, Edge, Graph, Node } from '../contract'
import { group } from './grouping'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { edge, entry, graph, node } from './sample'
import { ungroup } from './ungrouping'

const MAIN = graph(
  [
    node('in', 'Input'),
    node('a', 'Dense', { name: 'first', position: { x: 0, y: 96 } }),
    node('b', 'Add', { position: { x: 0, y: 192 } }),
    node('out', 'Dense', { position: { x: 0, y: 288 } }),
  ],
  [edge('in a'), edge('a b'), edge('in b', { order: 1 }), edge('b out', { order: 3 })],
)

/** in → i; i → a → b: what two calls of it, one after the other, hold. */
const BLOCK = {
  ...graph(
    [node('i', 'Input'), node('a', 'Dense', { name: 'dense' }), node('b', 'Add')],
    [edge('i a'), edge('a b'), edge('i b', { order: 1 })],
  ),
  id: 'block',
}

function whole(...graphs: Graph[]): Document {
  return { ...emptyDocument(), graphs }
}

function call(id: string, more: Partial<Node> = {}): Node {
  return node(id, 'Model', { graph: 'block', ...more })
}

function ungrouped(
  document: Document,
  id: string,
): { after: Document; main: Graph; nodes: string[] } {
  const result = ungroup(document, document.graphs[0] as Graph, id)
  if (typeof result === 'string') throw new Error(result)
  const { document: after, refused } = applyAll(document, result.operations)
  expect(refused).toEqual([])
  return { after, main: after.graphs[0] as Graph, nodes: result.nodes }
}

function wires(graph: Graph): string[] {
  const name = new Map(graph.nodes.map(({ id, name, layer }) => [id, name || layer]))
  const words = ({ source, target, order }: Edge) =>
    `${name.get(source)} > ${name.get(target)} ${order}`
  return graph.edges.map(words).sort()
}

describe('a call replaced by what it holds', () => {
  it('leaves its state to what it held', () => {
    const layers = new Map([['Add', entry('Add', { takes_training: true })]])
    const main = graph(
      [node('x', 'Input'), call('c', { frozen: true, training: false })],
      [edge('x c')],
    )
    const result = ungroup(whole(main, BLOCK), main, 'c', layers)
    if (typeof result === 'string') throw new Error(result)
    const { nodes } = applyAll(whole(main, BLOCK), result.operations).document.graphs[0] as Graph
    expect(nodes.map(({ layer, frozen, training }) => [layer, frozen, training])).toEqual([
      ['Input', false, null],
      ['Dense', true, null],
      ['Add', true, false],
    ])
  })

  it('is the inverse of grouping', () => {
    const known = () => ({ port: 'output', shape: [null, 8], dtype: 'float32' })
    const result = group(whole(MAIN), MAIN, new Set(['a', 'b']), known)
    if (typeof result === 'string') throw new Error(result)
    const { document } = applyAll(whole(MAIN), result.operations)
    const { after, main, nodes } = ungrouped(document, result.node)
    expect(after.graphs.length).toBe(1)
    expect(nodes).toEqual(['a', 'b'])
    expect(new Map(main.nodes.map((node) => [node.id, node]))).toEqual(
      new Map(MAIN.nodes.map((node) => [node.id, node])),
    )
    expect(wires(main)).toEqual(wires(MAIN))
  })

  it('leaves the sub-model to those that still call it, with names and ids of their own', () => {
    const main = graph(
      [node('in', 'Input'), call('one'), call('two'), node('last', 'Dense', { name: 'dense' })],
      [edge('in one'), edge('one two'), edge('two last')],
    )
    const { after, main: now, nodes } = ungrouped(whole(main, BLOCK), 'one')
    expect(after.graphs.map(({ id }) => id)).toEqual(['main', 'block'])
    expect(nodes).not.toContain('a')
    expect(wires(now)).toEqual([
      'Add > Model 0',
      'Input > Add 1',
      'Input > dense_1 0',
      'Model > dense 0',
      'dense_1 > Add 0',
    ])
  })

  it('hands on what went straight through, and what training and the model said of it', () => {
    const through = { ...BLOCK, outputs: [{ node: 'b', port: 'output' }] }
    const main = {
      ...graph([node('in', 'Input'), call('one')], [edge('in one')]),
      outputs: [{ node: 'one', port: 'output' }],
    }
    const document = whole(main, through)
    const output = { node: 'one', loss: null, weight: 2, metrics: null, class_weights: null }
    const { after } = ungrouped(
      { ...document, training: { ...document.training, outputs: [output] } },
      'one',
    )
    expect(after.graphs[0]?.outputs).toEqual([{ node: 'b', port: 'output' }])
    expect(after.training.outputs).toEqual([{ ...output, node: 'b' }])
    const straight = { ...BLOCK, outputs: [{ node: 'i', port: 'output' }] }
    const { main: now } = ungrouped(whole(main, straight), 'one')
    expect(now.outputs).toEqual([{ node: 'in', port: 'output' }])
  })

  it('makes room where there is none', () => {
    const main = graph(
      [
        node('in', 'Input'),
        call('one', { position: { x: 0, y: 96 } }),
        node('out', 'Dense', { position: { x: 0, y: 192 } }),
      ],
      [edge('in one'), edge('one out')],
    )
    const tall = {
      ...BLOCK,
      nodes: BLOCK.nodes.map((node, at) => ({ ...node, position: { x: 40, y: 96 * at } })),
    }
    const { main: now } = ungrouped(whole(main, tall), 'one')
    const places = Object.fromEntries(now.nodes.map(({ id, position }) => [id, position]))
    expect(places).toEqual({
      in: { x: 0, y: 0 },
      a: { x: 0, y: 96 },
      b: { x: 0, y: 192 },
      out: { x: 0, y: 288 },
    })
  })

  it('says why it can not be', () => {
    const main = graph([node('a'), call('one'), call('two', { graph: null, shares: 'one' })])
    const document = whole(main, BLOCK)
    expect(ungroup(document, main, 'a')).toMatch(/Select/)
    expect(ungroup(document, main, 'one')).toMatch(/shares its weights/)
    expect(ungroup(document, main, 'two')).toMatch(/shares its weights|not in this document/)
  })
})
