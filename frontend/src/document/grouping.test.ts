import { describe, expect, it } from 'vitest'
import type { Document, Graph, Tensor } from '../contract'
import { group } from './grouping'
import { emptyDocument } from './model'
import { applyAll } from './operations'
import { edge, graph, node } from './sample'

const TENSOR: Tensor = { port: 'output', shape: [null, 8], dtype: 'int32' }
const known = () => TENSOR

/** in → a → b → out, and a second way from in to b. */
const LINE = graph(
  [node('in', 'Input'), node('a'), node('b', 'Add'), node('out')],
  [edge('in a'), edge('a b'), edge('in b', { order: 1 }), edge('b out', { order: 3 })],
)

function whole(main: Graph, training = {}): Document {
  const empty = emptyDocument()
  return { ...empty, graphs: [main], training: { ...empty.training, ...training } }
}

function grouped(
  document: Document,
  ...ids: string[]
): { main: Graph; inner: Graph; call: string } {
  const [first] = document.graphs
  const result = group(document, first as Graph, new Set(ids), known)
  if (typeof result === 'string') throw new Error(result)
  const { document: after, refused } = applyAll(document, result.operations)
  expect(refused).toEqual([])
  const [main, inner] = after.graphs as Graph[]
  return { main: main as Graph, inner: inner as Graph, call: result.node }
}

function wires({ edges }: Graph): string[] {
  return edges.map(
    (edge) => `${edge.source}.${edge.source_port} > ${edge.target}.${edge.target_port}`,
  )
}

describe('a part put into a model of its own', () => {
  it('is fed once for each tensor that comes in, and returns what leaves', () => {
    const { main, inner, call } = grouped(whole(LINE), 'a', 'b')
    const [start] = inner.nodes.filter(({ layer }) => layer === 'Input')
    expect(start?.params).toEqual({ shape: [8], dtype: 'int32' })
    expect(wires(inner)).toEqual([
      'a.output > b.inputs',
      `${start?.id}.output > a.inputs`,
      `${start?.id}.output > b.inputs`,
    ])
    expect(inner.edges.map(({ order }) => order)).toEqual([0, 0, 1])
    expect(inner.inputs).toEqual([start?.id])
    expect(inner.outputs).toEqual([{ node: 'b', port: 'output' }])
    expect(wires(main)).toEqual([`in.output > ${call}.inputs`, `${call}.output > out.inputs`])
    expect(main.edges.at(-1)?.order).toBe(3)
  })

  it('with several ends has ports that are called after them', () => {
    const fork = graph(
      [node('in', 'Input'), node('a'), node('b'), node('c')],
      [edge('in a'), edge('in b'), edge('a c')],
    )
    const { main, inner, call } = grouped(whole(fork), 'a', 'b')
    expect(inner.outputs.map((end) => end.node)).toEqual(['a', 'b'])
    expect(wires(main)).toContain(`${call}.a > c.inputs`)
  })

  it('takes the outputs of the model and what training says of them along', () => {
    const outputs = [{ node: 'out', port: 'output' }]
    const training = {
      outputs: [{ node: 'out', loss: null, weight: 2, metrics: null, class_weights: null }],
    }
    const document = whole({ ...LINE, outputs }, training)
    const result = group(document, document.graphs[0] as Graph, new Set(['out']), known)
    if (typeof result === 'string') throw new Error(result)
    const { document: after } = applyAll(document, result.operations)
    expect(after.graphs[0]?.outputs).toEqual([{ node: result.node, port: 'output' }])
    expect(after.training.outputs).toEqual([
      { node: result.node, loss: null, weight: 2, metrics: null, class_weights: null },
    ])
  })

  it('says why it can not be', () => {
    const refusal = (main: Graph, ids: string[], tensor: () => Tensor | undefined = known) =>
      group(whole(main), main, new Set(ids), tensor)
    expect(refusal(LINE, [])).toMatch(/Select/)
    expect(refusal(LINE, ['in', 'a'])).toMatch(/Inputs can’t be grouped/)
    expect(refusal(LINE, ['a'], () => undefined)).toMatch(/shapes have to be known/)
    const around = graph([node('a'), node('x'), node('b')], [edge('a x'), edge('x b')])
    expect(refusal(around, ['a', 'b'])).toMatch(/leads out of the selection/)
    const shared = graph([node('a'), node('b', 'Dense', { shares: 'a' })])
    expect(refusal(shared, ['a'])).toMatch(/shares its weights/)
    expect(refusal(shared, ['b'])).toMatch(/shares its weights/)
    expect(typeof refusal(shared, ['a', 'b'])).toBe('object')
  })
})
